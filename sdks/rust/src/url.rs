/// The base address of a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BaseUrl {
    /// Scheme, host and port, in lower case.
    pub(crate) origin: String,
    /// What stands before the server's own paths; without a slash at the end.
    path: String,
}

impl BaseUrl {
    /// Reads an http or https address; what is wrong is told in words for people.
    pub(crate) fn read(url: &str) -> Result<Self, String> {
        let shown = without_secrets(url);
        let wrong = |why: &str| Err(format!("{shown:?} is no http or https address: {why}"));
        let Some((scheme, rest)) = url.split_once("://") else {
            return wrong("it must begin with http:// or https://");
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return wrong("it must begin with http:// or https://");
        }
        if cfg!(all(feature = "http", not(feature = "tls"))) && scheme == "https" {
            return wrong("this build has no TLS; build with the feature `tls`");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let is_host = |byte: u8| byte.is_ascii_graphic() && !b"?#@\\\"<>".contains(&byte);
        if authority.is_empty() || !authority.bytes().all(is_host) || authority.starts_with(':') {
            return wrong("it needs a host, without a user, a query or a fragment");
        }
        let port = authority
            .rsplit_once(':')
            .filter(|_| !authority.ends_with(']'));
        if port.is_some_and(|(_, port)| port.parse::<u16>().is_err()) {
            return wrong("the port must be a number up to 65535");
        }
        if !path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte))
        {
            return wrong("its path must have no query, no fragment and no spaces");
        }
        let authority = authority.to_ascii_lowercase();
        let origin = format!("{scheme}://{}", without_usual_port(&scheme, &authority));
        Ok(Self {
            origin,
            path: path.trim_end_matches('/').to_owned(),
        })
    }

    #[cfg(feature = "http")]
    /// The address of a path of the server, in an environment if one is given.
    pub(crate) fn of(&self, path: &str, environment: Option<&str>) -> String {
        let query = environment.map(|key| format!("?environment={}", encoded(key)));
        format!(
            "{}{}{path}{}",
            self.origin,
            self.path,
            query.unwrap_or_default()
        )
    }

    #[cfg(feature = "http")]
    /// Where a redirect leads; none if that is another origin.
    pub(crate) fn redirected(&self, location: &str) -> Option<String> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Some(format!("{}{location}", self.origin));
        }
        let (address, query) = location.split_once('?').unwrap_or((location, ""));
        let target = Self::read(address).ok()?;
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{query}")
        };
        (target.origin == self.origin).then(|| format!("{}{}{query}", self.origin, target.path))
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{}", self.origin, self.path)
    }
}

/// An address as messages show it: a password or a token may be in what is left out.
pub(crate) fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (url, rest) = url.split_at(end);
    let more = if rest.is_empty() { "" } else { "…" };
    match url.rsplit_once('@') {
        None => format!("{url}{more}"),
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            format!("{scheme}://…@{host}{more}")
        }
    }
}

fn without_usual_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let port = if scheme == "http" { ":80" } else { ":443" };
    authority.strip_suffix(port).unwrap_or(authority)
}

#[cfg(feature = "http")]
/// Percent-encodes all but the unreserved characters of RFC 3986, section 2.3.
pub(crate) fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_and_keeps_their_path() {
        let url = BaseUrl::read("HTTP://Flags.Example:80/team/").unwrap();
        assert_eq!(
            url.of("/stream", Some("a b")),
            "http://flags.example/team/stream?environment=a%20b"
        );
        for wrong in [
            "",
            "host",
            "ftp://host",
            "http://",
            "http://:80",
            "http://a:b",
            "http://u@h",
        ] {
            assert!(BaseUrl::read(wrong).is_err(), "{wrong}");
        }
        for secret in ["http://u:s3cret@h", "http://h?token=s3cret", "u:s3cret@h"] {
            let error = BaseUrl::read(secret).unwrap_err();
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(BaseUrl::read("http://[::1]:8080").is_ok());
    }

    #[test]
    fn follows_redirects_within_the_origin_only() {
        let url = BaseUrl::read("http://flags.example/x").unwrap();
        assert_eq!(
            url.redirected("/y?z=1").as_deref(),
            Some("http://flags.example/y?z=1")
        );
        let same = url.redirected("http://flags.example:80/y?z=1");
        assert_eq!(same.as_deref(), Some("http://flags.example/y?z=1"));
        assert_eq!(url.redirected("http://other.example/y"), None);
        assert_eq!(url.redirected("https://flags.example/y"), None);
        assert_eq!(url.redirected("//other.example/y"), None);
    }
}
