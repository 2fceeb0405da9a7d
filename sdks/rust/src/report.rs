use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use crate::world::{lock, World};

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// Good to know.
    Info,
    /// Something is wrong; flags are served all the same.
    Warning,
}

/// Takes messages for people.
pub type Logger = Arc<dyn Fn(Level, &str) + Send + Sync>;

/// What can go wrong around a client. Each kind is told once until it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Problem {
    #[cfg(feature = "http")]
    Unreachable,
    #[cfg(feature = "http")]
    Token,
    #[cfg(feature = "http")]
    NotFound,
    #[cfg(feature = "http")]
    Status,
    #[cfg(feature = "http")]
    NoSnapshot,
    #[cfg(feature = "http")]
    EnvironmentGone,
    #[cfg(feature = "http")]
    Bug,
    #[cfg(feature = "http")]
    Disk,
    #[cfg(feature = "http")]
    Events,
    #[cfg(feature = "http")]
    EventName,
    Bootstrap,
    Overrides,
    Listener,
}

#[cfg(feature = "http")]
impl Problem {
    /// What is so when it is over.
    fn recovered(self) -> &'static str {
        match self {
            Self::Unreachable => "the server answers again",
            Self::Token => "the token is accepted",
            Self::NotFound => "there is a server",
            Self::Status => "the server answers as it should",
            Self::NoSnapshot => "the server sends snapshots again",
            Self::EnvironmentGone => "the environment is there again",
            Self::Disk => "the copy of the flags is written again",
            Self::Events => "events are taken again",
            Self::Bug | Self::EventName | Self::Bootstrap | Self::Overrides | Self::Listener => {
                "it is over"
            }
        }
    }
}

/// Tells each kind of problem once, and when it is over.
pub(crate) struct Reporter {
    logger: Logger,
    world: Arc<dyn World>,
    open: Mutex<BTreeMap<Problem, Open>>,
}

struct Open {
    since: SystemTime,
    message: String,
}

impl Reporter {
    pub(crate) fn new(logger: Logger, world: Arc<dyn World>) -> Self {
        Self {
            logger,
            world,
            open: Mutex::default(),
        }
    }

    /// Tells a problem, unless one of its kind is open.
    pub(crate) fn problem(&self, kind: Problem, message: impl Into<String>) {
        let message = printable(&message.into());
        let mut open = lock(&self.open);
        if let Some(known) = open.get_mut(&kind) {
            known.message = message;
            return;
        }
        open.insert(
            kind,
            Open {
                since: self.world.now(),
                message: message.clone(),
            },
        );
        drop(open);
        self.tell(Level::Warning, &message);
    }

    /// A logger is the application's: what goes wrong there must neither end the updates nor reach
    /// who evaluates a flag, and there is nobody to tell.
    fn tell(&self, level: Level, message: &str) {
        let _ = catch_unwind(AssertUnwindSafe(|| (self.logger)(level, message)));
    }

    #[cfg(feature = "http")]
    /// Problems of these kinds are over, if there were any.
    pub(crate) fn over(&self, kinds: &[Problem]) {
        for kind in kinds {
            let Some(open) = lock(&self.open).remove(kind) else {
                continue;
            };
            let seconds = self.lasted(&open);
            let message = format!("over after {seconds:.1} s: {}", kind.recovered());
            self.tell(Level::Info, &message);
        }
    }

    pub(crate) fn info(&self, message: &str) {
        self.tell(Level::Info, message);
    }

    /// What is wrong now, and for how long; none if nothing is.
    pub(crate) fn current(&self) -> Option<String> {
        let open = lock(&self.open);
        let first = open.values().next()?;
        Some(format!(
            "{} (for {:.0} s)",
            first.message,
            self.lasted(first)
        ))
    }

    /// Seconds.
    fn lasted(&self, open: &Open) -> f64 {
        self.world
            .now()
            .duration_since(open.since)
            .unwrap_or_default()
            .as_secs_f64()
    }
}

const LONGEST_MESSAGE: usize = 1000;

/// A message as one line of a bearable length: what a server said may be in it.
fn printable(message: &str) -> String {
    let visible = |character: char| match character.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => character,
    };
    let mut line: String = message.chars().take(LONGEST_MESSAGE).map(visible).collect();
    if message.chars().nth(LONGEST_MESSAGE).is_some() {
        line.push('…');
    }
    line
}

impl fmt::Debug for Reporter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reporter").finish_non_exhaustive()
    }
}

/// With the feature `log`, messages go to the `log` crate; else warnings go to standard error.
pub(crate) fn usual_logger() -> Logger {
    Arc::new(|level, message| {
        #[cfg(feature = "log")]
        match level {
            Level::Info => log::info!(target: "featureflags", "{message}"),
            Level::Warning => log::warn!(target: "featureflags", "{message}"),
        }
        if cfg!(not(feature = "log")) && level == Level::Warning {
            // Whoever closed standard error does not want to read it.
            let _ = writeln!(std::io::stderr(), "featureflags: {message}");
        }
    })
}
