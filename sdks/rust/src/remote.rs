use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::client::Explained;
use crate::context::Context;
use crate::details::{Details, FlagValue};
use crate::http::{Asked, Http};
use crate::issue::{is_key, shown};
use crate::json::read_json;
use crate::json_writer::write_json;
use crate::kept::Kept;
use crate::options::{ClientBuilder, ConfigError};
use crate::remote_answer::{details_of, Told};
use crate::report::{Problem, Reporter};
use crate::result::ErrorCode;
use crate::url::encoded;
use crate::value::{object, Value};
use crate::world::{lock, World};

/// The same calls, each answered by the server: for short scripts, and for places that must not
/// hold rules. These calls wait for the network, at most for the timeout (usual: 2 s). Answers are
/// kept for `ttl` (usual: 30 s), at most 1,000 of them.
pub struct RemoteClient {
    http: Http,
    ttl: Duration,
    kept: Mutex<Kept>,
    reporter: Reporter,
    world: Arc<dyn World>,
}

const USUAL_TIMEOUT: Duration = Duration::from_secs(2);

impl ClientBuilder {
    /// Makes a client whose calls are answered by the server. Of the options it takes `url`,
    /// `token`, `environment`, `ttl` (0 keeps nothing), `timeout` and `logger`; another one that
    /// was set is an error.
    pub fn build_remote(self) -> Result<RemoteClient, ConfigError> {
        let (base, timeout) = self.remote_parts(USUAL_TIMEOUT)?;
        let world = self.world.clone();
        Ok(RemoteClient {
            http: Http::new(base, self.token, self.environment, timeout),
            ttl: self.ttl,
            kept: Mutex::default(),
            reporter: Reporter::new(self.logger, world.clone()),
            world,
        })
    }
}

impl RemoteClient {
    /// A client of the server at this address, with the usual options.
    pub fn new(url: impl Into<String>) -> Result<Self, ConfigError> {
        ClientBuilder::new(Some(url.into())).build_remote()
    }

    /// True if the flag is on for the context; false if anything is wrong.
    pub fn is_enabled(&self, key: &str, context: &Context) -> bool {
        if !is_key(key) {
            return false;
        }
        let question = [("flag", key.into()), ("context", context.to_value())];
        let told = self.ask("/evaluate", &write_json(&object(question)));
        told.is_ok_and(|told| told.body.get("enabled") == Some(&Value::Bool(true)))
    }

    /// The value of a boolean flag, or the default.
    pub fn boolean(&self, key: &str, default: bool, context: &Context) -> bool {
        self.details(key, default, context).value
    }

    /// The value of a string flag, or the default.
    pub fn string(&self, key: &str, default: impl Into<String>, context: &Context) -> String {
        self.details(key, default.into(), context).value
    }

    /// The value of a number flag, or the default.
    pub fn number(&self, key: &str, default: f64, context: &Context) -> f64 {
        self.details(key, default, context).value
    }

    /// The value of an object flag, or the default.
    pub fn object(&self, key: &str, default: Value, context: &Context) -> Value {
        self.details(key, default, context).value
    }

    /// The value with what the server says about it.
    pub fn details<T: FlagValue>(&self, key: &str, default: T, context: &Context) -> Details<T> {
        // In a path, "" and ".." would ask something else.
        if !is_key(key) {
            let message = format!("there is no flag {}: that is no key", shown(&key.into()));
            return Details::failed(key.into(), default, ErrorCode::FlagNotFound, message);
        }
        let path = format!("/ofrep/v1/evaluate/flags/{}", encoded(key));
        match self.ask(&path, &body_of(context)) {
            Ok(told) => details_of(key, &told).typed(default),
            Err(why) => Details::failed(key.into(), default, ErrorCode::General, why),
        }
    }

    /// The result with each step that led to it.
    pub fn explain(&self, key: &str, context: &Context) -> Explained {
        let question = [
            ("flag", key.into()),
            ("context", context.to_value()),
            ("explain", true.into()),
        ];
        let told = self.ask("/evaluate", &write_json(&object(question)));
        let body = match told {
            Ok(told) => told.body,
            Err(why) => {
                let code = ErrorCode::General;
                let failed = Details::failed(key.into(), Value::Null, code, why);
                return Explained {
                    result: failed.to_value(),
                    trace: Vec::new(),
                };
            }
        };
        let trace = body
            .get("trace")
            .and_then(Value::as_list)
            .unwrap_or_default()
            .to_vec();
        let mut result = body.as_object().cloned().unwrap_or_default();
        result.remove("trace");
        Explained {
            result: result.into(),
            trace,
        }
    }

    /// Every flag of the environment. Empty if the server cannot be reached.
    pub fn all(&self, context: &Context) -> BTreeMap<Arc<str>, Details<Value>> {
        let Ok(told) = self.ask("/ofrep/v1/evaluate/flags", &body_of(context)) else {
            return BTreeMap::new();
        };
        let flags = told
            .body
            .get("flags")
            .and_then(Value::as_list)
            .unwrap_or_default();
        let details = |flag: &Value| {
            let key = flag.get("key")?.as_str()?;
            let one = Told {
                body: flag.clone(),
                is_stale: told.is_stale,
            };
            Some((Arc::from(key), details_of(key, &one)))
        };
        flags.iter().filter_map(details).collect()
    }

    /// Ends requests that are on their way. Later calls give what is kept, or defaults.
    pub fn close(&self) {
        self.http.close();
    }

    /// What the server answers, from what is kept if that is young enough, or if there is nothing
    /// better. An error tells why there is none.
    fn ask(&self, path: &str, body: &str) -> Result<Told, String> {
        let question = format!("{path} {body}");
        let kept = lock(&self.kept).get(&question);
        let now = self.world.now();
        if let Some(kept) = &kept {
            // A clock that was set back says nothing about how old it is: ask.
            if now.duration_since(kept.came).unwrap_or(Duration::MAX) < self.ttl {
                return Ok(Told {
                    body: kept.body.clone(),
                    is_stale: false,
                });
            }
        }
        match self.fetch(path, body) {
            Ok(body) => {
                if !self.ttl.is_zero() {
                    lock(&self.kept).put(question, body.clone(), now);
                }
                Ok(Told {
                    body,
                    is_stale: false,
                })
            }
            Err(why) => match kept {
                Some(kept) => Ok(Told {
                    body: kept.body,
                    is_stale: true,
                }),
                None => Err(why),
            },
        }
    }

    fn fetch(&self, path: &str, body: &str) -> Result<Value, String> {
        let base = &self.http.base;
        let failed = |kind, what: String| {
            let message = format!("{base} {what}; what is kept serves, or defaults.");
            self.reporter.problem(kind, message.clone());
            message
        };
        let answer = self.http.ask(&Asked::post(path, body));
        let unreachable = |why| failed(Problem::Unreachable, format!("cannot be reached: {why}"));
        let answer = answer.map_err(|none| unreachable(none.to_string()))?;
        let status = answer.status;
        let text = answer.text().map_err(unreachable)?;
        let body = read_json(&text).unwrap_or_default();
        let is_about_the_flag = body.get("errorCode").is_some()
            || body.get("code").and_then(Value::as_str) == Some("FLAG_NOT_FOUND");
        match status {
            200 if body.as_object().is_some() => {}
            400 | 404 if is_about_the_flag => {}
            401 | 403 => return Err(failed(Problem::Token, "does not accept the token".into())),
            _ => {
                return Err(failed(
                    Problem::Status,
                    format!("answered with status {status}"),
                ))
            }
        }
        self.reporter
            .over(&[Problem::Unreachable, Problem::Token, Problem::Status]);
        Ok(body)
    }
}

impl fmt::Debug for RemoteClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.http.base.to_string();
        formatter
            .debug_struct("RemoteClient")
            .field("url", &url)
            .finish_non_exhaustive()
    }
}

fn body_of(context: &Context) -> String {
    write_json(&object([("context", context.to_value())]))
}
