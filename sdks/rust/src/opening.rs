use std::sync::Arc;

use crate::answering::Inner;
#[cfg(feature = "http")]
use crate::connection::{Connection, Settings};
use crate::feed::{Current, Feed, Source};
use crate::offline::load;
use crate::options::ClientBuilder;
#[cfg(feature = "http")]
use crate::options::{Cache, USUAL_TIMEOUT};
use crate::overrides::Overrides;
#[cfg(feature = "http")]
use crate::report::Problem;
use crate::report::Reporter;
use crate::url::BaseUrl;

impl Inner {
    pub(crate) fn open(builder: ClientBuilder, base: Option<BaseUrl>) -> Self {
        let world = builder.world.clone();
        let reporter = Arc::new(Reporter::new(builder.logger.clone(), world.clone()));
        let text = builder
            .overrides
            .clone()
            // What is no text is told as that, like any other rubbish.
            .or_else(|| {
                Some(
                    std::env::var_os("FF_OVERRIDES")?
                        .to_string_lossy()
                        .into_owned(),
                )
            });
        let overrides = Overrides::new(text, builder.allow_overrides, &reporter);
        let bootstrap = bootstrap_of(&builder, &reporter);
        #[cfg(feature = "http")]
        let connection = base.map(|base| Connection::of(&settings_of(&builder, base, &reporter)));
        #[cfg(feature = "http")]
        let feed = connection
            .as_ref()
            .map(|connection| connection.feed.clone());
        #[cfg(not(feature = "http"))]
        let feed = base.and(None);
        let feed = feed.unwrap_or_else(|| offline_feed(&builder));
        #[cfg(feature = "http")]
        let events = connection
            .as_ref()
            .filter(|_| builder.events)
            .map(|connection| connection.events(&builder));
        Self {
            feed,
            #[cfg(feature = "http")]
            connection: std::sync::Mutex::new(connection),
            #[cfg(feature = "http")]
            events,
            bootstrap,
            closed: Arc::default(),
            overrides,
            reporter,
            environment: builder.environment,
            max_age: builder.max_age,
            stale_policy: builder.stale_policy,
            world,
        }
    }
}

/// What stands in until there is a better snapshot; its age begins now.
fn bootstrap_of(builder: &ClientBuilder, reporter: &Reporter) -> Option<Current> {
    let given = builder.bootstrap.as_ref()?;
    let snapshot = load(given, builder.environment.as_deref(), reporter)?;
    let confirmed = Some(builder.world.now());
    Some(Current {
        snapshot: Some(snapshot),
        source: Source::Bootstrap,
        confirmed,
    })
}

/// A feed that nothing changes: the flags of a file.
fn offline_feed(builder: &ClientBuilder) -> Arc<Feed> {
    let reporter = Arc::new(Reporter::new(builder.logger.clone(), builder.world.clone()));
    let environment = builder.environment.as_deref();
    let given = builder.offline.as_ref();
    let snapshot = given.and_then(|given| load(given, environment, &reporter));
    let feed = Feed::new(reporter);
    feed.swap(Current {
        snapshot,
        source: Source::File,
        confirmed: None,
    });
    Arc::new(feed)
}

#[cfg(feature = "http")]
fn settings_of(builder: &ClientBuilder, base: BaseUrl, reporter: &Reporter) -> Settings {
    let cache = match &builder.cache {
        Cache::None => None,
        Cache::Folder(folder) => Some(folder.clone()),
        Cache::Usual => crate::disk::usual_folder().or_else(|| {
            let message = "there is no folder for a copy of the flags: neither HOME nor a cache \
                           folder is set. Set the option `cache` to a folder, or to none.";
            reporter.problem(Problem::Disk, message);
            None
        }),
    };
    Settings {
        base,
        token: builder.token.clone(),
        environment: builder.environment.clone(),
        mode: builder.mode,
        ttl: builder.ttl,
        timeout: builder.timeout.unwrap_or(USUAL_TIMEOUT),
        cache,
        logger: builder.logger.clone(),
        world: builder.world.clone(),
    }
}
