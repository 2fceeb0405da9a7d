use std::fmt;
use std::io::Read;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ureq::http::{header, Request};
use ureq::{Agent, Body, Timeout};

use crate::url::{without_secrets, BaseUrl};
use crate::world::lock;

/// An answer longer than this is given up.
const MAX_ANSWER: u64 = 64 << 20;
const MAX_REDIRECTS: usize = 5;
/// A timeout beyond what clocks can tell would be a panic somewhere: a year is as good as forever.
const MAX_TIMEOUT: Duration = Duration::from_secs(365 * 86_400);

/// One server, asked over HTTP by one client.
pub(crate) struct Http {
    pub(crate) base: BaseUrl,
    token: Option<String>,
    environment: Option<String>,
    timeout: Duration,
    /// The requests that are on their way, so that they can be ended.
    agents: Mutex<Agents>,
}

#[derive(Default)]
struct Agents {
    is_closed: bool,
    /// For answers that end.
    plain: Option<Agent>,
    stream: Option<Agent>,
}

/// An answer whose body is yet to come.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) is_stream: bool,
    body: Body,
}

/// What a request is.
pub(crate) struct Asked<'a> {
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(header::HeaderName, String)>,
    /// A JSON text for POST; none for GET.
    pub(crate) body: Option<&'a str>,
    /// For an answer that does not end.
    pub(crate) patience: Option<Patience>,
}

/// How long to wait for a stream.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// For its headers.
    pub(crate) headers: Duration,
    /// For its next byte.
    pub(crate) silence: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct NoAnswer {
    /// In words for people.
    why: String,
    /// The request was sent, and nothing came back in time.
    pub(crate) is_silent: bool,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.why)
    }
}

impl From<String> for NoAnswer {
    fn from(why: String) -> Self {
        Self {
            why,
            is_silent: false,
        }
    }
}

impl From<ureq::Error> for NoAnswer {
    fn from(error: ureq::Error) -> Self {
        Self {
            why: error.to_string(),
            is_silent: matches!(error, ureq::Error::Timeout(Timeout::RecvResponse)),
        }
    }
}

impl<'a> Asked<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self {
            path,
            headers: Vec::new(),
            body: None,
            patience: None,
        }
    }

    pub(crate) fn post(path: &'a str, body: &'a str) -> Self {
        let headers = vec![(header::CONTENT_TYPE, "application/json".to_owned())];
        Self {
            path,
            headers,
            body: Some(body),
            patience: None,
        }
    }
}

impl Http {
    pub(crate) fn new(
        base: BaseUrl,
        token: Option<String>,
        environment: Option<String>,
        timeout: Duration,
    ) -> Self {
        Self {
            base,
            token,
            environment,
            timeout: timeout.min(MAX_TIMEOUT),
            agents: Mutex::default(),
        }
    }

    pub(crate) fn address(&self, path: &str) -> String {
        self.base.of(path, self.environment.as_deref())
    }

    /// Asks, and follows redirects within the origin; all of that has the time of one answer.
    pub(crate) fn ask(&self, asked: &Asked<'_>) -> Result<Answer, NoAnswer> {
        let agent = self.agent(asked.patience);
        let agent = agent.ok_or_else(|| "the client is closed".to_owned())?;
        let end = Instant::now() + self.timeout;
        let mut address = self.address(asked.path);
        for _ in 0..=MAX_REDIRECTS {
            let left = end.saturating_duration_since(Instant::now());
            let response = self.send(&agent, &address, (asked, left))?;
            let text = |name| {
                response
                    .headers()
                    .get(name)?
                    .to_str()
                    .ok()
                    .map(str::to_owned)
            };
            let status = response.status().as_u16();
            if let (301 | 302 | 307 | 308, Some(location)) = (status, text(header::LOCATION)) {
                address = self.base.redirected(&location).ok_or_else(|| {
                    let shown = without_secrets(&location);
                    format!("it redirects to {shown:?}, another origin: not followed")
                })?;
                continue;
            }
            let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
            let retry_after = text(header::RETRY_AFTER).and_then(|after| after.parse().ok());
            return Ok(Answer {
                status,
                etag: text(header::ETAG),
                retry_after: retry_after.map(Duration::from_secs),
                is_stream: content_type
                    .to_ascii_lowercase()
                    .starts_with("text/event-stream"),
                body: response.into_body(),
            });
        }
        Err(format!("it redirects more than {MAX_REDIRECTS} times").into())
    }

    fn send(
        &self,
        agent: &Agent,
        address: &str,
        (asked, left): (&Asked<'_>, Duration),
    ) -> Result<ureq::http::Response<Body>, NoAnswer> {
        let global = asked.patience.is_none().then_some(left);
        let mut request = Request::builder().uri(address);
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let sent = match asked.body {
            None => {
                let request = request.method("GET").body(()).map_err(ureq::Error::Http)?;
                let request = agent.configure_request(request).timeout_global(global);
                agent.run(request.build())
            }
            Some(text) => {
                let request = request.method("POST").body(text);
                let request = request.map_err(ureq::Error::Http)?;
                let request = agent.configure_request(request).timeout_global(global);
                agent.run(request.build())
            }
        };
        Ok(sent?)
    }

    /// A stream has an agent of its own: ending it leaves the other requests alone.
    fn agent(&self, patience: Option<Patience>) -> Option<Agent> {
        let mut agents = lock(&self.agents);
        if agents.is_closed {
            return None;
        }
        if patience.is_none() {
            return Some(
                agents
                    .plain
                    .get_or_insert_with(|| self.new_agent(None))
                    .clone(),
            );
        }
        let agent = self.new_agent(patience);
        agents.stream = Some(agent.clone());
        Some(agent)
    }

    fn new_agent(&self, patience: Option<Patience>) -> Agent {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("featureflags-rust/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(self.timeout))
            .timeout_connect(Some(self.timeout))
            .timeout_send_request(Some(self.timeout));
        let config = match patience {
            Some(patience) => config
                .timeout_recv_response(Some(patience.headers))
                .timeout_per_read(Some(patience.silence)),
            None => config.timeout_global(Some(self.timeout)),
        };
        config.build().new_agent()
    }

    /// Ends the stream, also while somebody waits for its next byte.
    pub(crate) fn end_stream(&self) {
        if let Some(agent) = lock(&self.agents).stream.take() {
            agent.shutdown();
        }
    }

    /// Ends every request, now and from now on.
    pub(crate) fn close(&self) {
        let mut agents = lock(&self.agents);
        agents.is_closed = true;
        let open = [agents.plain.take(), agents.stream.take()];
        drop(agents);
        open.into_iter().flatten().for_each(Agent::shutdown);
    }
}

impl Answer {
    /// The whole body as text.
    pub(crate) fn text(self) -> Result<String, String> {
        let mut bytes = Vec::new();
        let mut reader = self.body.into_reader().take(MAX_ANSWER + 1);
        reader
            .read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_ANSWER {
            return Err(format!(
                "the answer is longer than {} MiB",
                MAX_ANSWER >> 20
            ));
        }
        String::from_utf8(bytes).map_err(|_| "the answer is no UTF-8".into())
    }

    /// The body as it comes.
    pub(crate) fn into_reader(self) -> impl Read + Send + 'static {
        self.body.into_reader()
    }
}
