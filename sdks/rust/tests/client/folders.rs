//! Folders and files in a state that nobody wanted, and clocks that jump.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use featureflags_client::{ClientBuilder, Context, FeatureClient, Mode, Source};

use crate::support::{
    answer, document, eventually, hold, options, FaultServer, Folder, Log, TestWorld,
};

const READY: Duration = Duration::from_secs(20);

/// A server that has the version that `version` says, with a tag.
fn serving(version: &Arc<AtomicU64>) -> FaultServer {
    let version = version.clone();
    FaultServer::start(move |request, stream| {
        let version = version.load(Ordering::SeqCst);
        let etag = format!("\"{version}\"");
        if request.header("if-none-match") == Some(&etag) {
            return answer(stream, "304 Same", &[], "");
        }
        let body = document(version, &[("on", true)]);
        answer(stream, "200 OK", &[("etag", &etag)], &body)
    })
}

fn polling(url: &str, world: &Arc<TestWorld>, folder: &Path) -> (ClientBuilder, Log) {
    let (options, log) = options(url, world);
    let options = options.mode(Mode::Polling).ttl(Duration::from_millis(100));
    (options.cache(folder), log)
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn huge(path: &Path) {
    fs::File::create(path).unwrap().set_len(80 << 20).unwrap();
}

/// The path at which the client of a server keeps its copy.
fn copy_path(url: &str, folder: &Folder) -> std::path::PathBuf {
    let (options, _) = polling(url, &TestWorld::new(), &folder.0);
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    client.close();
    folder.copy().unwrap()
}

#[test]
fn what_lies_where_the_copy_belongs_is_not_waited_for_and_replaced() {
    let server = serving(&Arc::new(AtomicU64::new(1)));
    let folder = Folder::new();
    let path = copy_path(&server.url, &folder);
    let foreign = folder.0.join("foreign");
    let lays: [&dyn Fn(); 5] = [
        &|| fifo(&path),
        &|| huge(&path),
        &|| symlink("/dev/zero", &path).unwrap(),
        &|| symlink(folder.0.join("nowhere"), &path).unwrap(),
        &|| symlink(&foreign, &path).unwrap(),
    ];
    for (number, lay) in lays.iter().enumerate() {
        fs::write(&foreign, "somebody else's").unwrap();
        fs::remove_file(&path).unwrap();
        lay();
        let start = Instant::now();
        let (options, log) = polling(&server.url, &TestWorld::new(), &folder.0);
        let client = options.build().unwrap();
        assert!(start.elapsed() < Duration::from_secs(10), "{number}");
        // A link that leads nowhere is as good as no copy.
        let told = usize::from(number != 3);
        assert_eq!(log.count("copy of the flags is not used"), told, "{number}");
        assert!(client.wait_until_ready(READY));
        client.close();
        assert!(fs::symlink_metadata(&path).unwrap().is_file(), "{number}");
        assert_eq!(fs::read(&foreign).unwrap(), b"somebody else's");
        assert!(!folder.0.join("nowhere").exists());
    }
}

#[test]
fn a_folder_that_cannot_be_is_told_once() {
    let server = serving(&Arc::new(AtomicU64::new(1)));
    let folder = Folder::new();
    let file = folder.0.join("file");
    fs::write(&file, "").unwrap();
    for wrong in [&file, &file.join("below"), Path::new("/proc/no/such")] {
        let (options, log) = polling(&server.url, &TestWorld::new(), wrong);
        let client = options.build().unwrap();
        assert!(client.wait_until_ready(READY));
        assert!(client.is_enabled("on", &Context::new()));
        client.close();
        assert_eq!(log.count("copy of the flags"), 1, "{:?}", log.lines());
    }
    assert!(!Path::new("a").join("b").exists());
}

#[test]
fn a_copy_that_somebody_removes_comes_back() {
    let server = serving(&Arc::new(AtomicU64::new(1)));
    let folder = Folder::new();
    let world = TestWorld::new();
    let (options, log) = polling(&server.url, &world, &folder.0);
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    eventually("the copy", || folder.copy().is_some());
    fs::remove_file(folder.copy().unwrap()).unwrap();
    // It is touched at most once a minute.
    world.advance(Duration::from_secs(61));
    eventually("the copy again", || folder.copy().is_some());
    assert_eq!(log.count("could not be written"), 0, "{:?}", log.lines());
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let version = Arc::new(AtomicU64::new(1));
    let server = serving(&version);
    let folder = Folder::new();
    let world = TestWorld::new();
    world.advance(Duration::from_secs(7200));
    let (options, _) = polling(&server.url, &world, &folder.0);
    let options = options.max_age(Duration::from_secs(60));
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    eventually("the copy", || folder.copy().is_some());
    world.set_back(Duration::from_secs(3600));
    assert!(client.status().age.unwrap() < Duration::from_secs(60));
    version.store(2, Ordering::SeqCst);
    let path = folder.copy().unwrap();
    eventually("the second version on disk", || {
        fs::read_to_string(&path).is_ok_and(|text| text.contains("\"version\":2"))
    });
    // And the other way: a day later it is stale until the server is heard.
    world.advance(Duration::from_secs(86_400));
    eventually("the next answer", || {
        client
            .status()
            .age
            .is_some_and(|age| age < Duration::from_secs(60))
    });
}

#[test]
fn two_processes_may_write_at_once() {
    let version = Arc::new(AtomicU64::new(1));
    let server = serving(&version);
    let folder = Folder::new();
    // Two worlds are two connections: as far as the disk can tell, two processes.
    let clients = [(); 2].map(|()| {
        let (options, log) = polling(&server.url, &TestWorld::skipping(), &folder.0);
        (options.build().unwrap(), log)
    });
    for next in 2..60 {
        version.store(next, Ordering::SeqCst);
        let is_new = |client: &FeatureClient| client.status().version == Some(next);
        eventually("the next version", || {
            clients.iter().all(|(client, _)| is_new(client))
        });
        let (options, log) = polling("http://127.0.0.1:1", &TestWorld::new(), &folder.0);
        drop(options.build().unwrap());
        assert_eq!(log.count("is not used"), 0, "{:?}", log.lines());
    }
    for (client, log) in &clients {
        client.close();
        assert_eq!(log.lines(), [] as [&str; 0]);
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn overrides_that_are_no_text_are_told_and_not_waited_for() {
    let folder = Folder::new();
    let (pipe, large) = (folder.0.join("pipe"), folder.0.join("large"));
    fifo(&pipe);
    huge(&large);
    let deep = format!("{{\"a\":{}", "[".repeat(1_000_000));
    for given in [
        &pipe,
        &large,
        &folder.0,
        Path::new("/dev/zero"),
        Path::new(&deep),
    ] {
        let (options, log) = options("http://127.0.0.1:1", &TestWorld::new());
        let given = given.to_str().unwrap();
        let client = options.overrides(given).environment("e").build().unwrap();
        assert!(!client.is_enabled("a", &Context::new()));
        assert_eq!(log.count("FF_OVERRIDES is not obeyed"), 1);
        assert!(log.lines().iter().all(|line| line.len() < 4100));
    }
    let client = FeatureClient::offline(&pipe)
        .logger(|_, _| {})
        .build()
        .unwrap();
    assert_eq!(client.status().version, None);
}

#[test]
fn the_age_of_a_copy_is_that_of_its_file() {
    let answers = AtomicU64::new(0);
    let server =
        FaultServer::start(
            move |_, stream| match answers.fetch_add(1, Ordering::SeqCst) {
                0 => answer(stream, "200 OK", &[], &document(1, &[("on", true)])),
                _ => hold(stream),
            },
        );
    let folder = Folder::new();
    let path = copy_path(&server.url, &folder);
    let start = |time: SystemTime| {
        fs::File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(time)
            .unwrap();
        let (options, _) = polling(&server.url, &TestWorld::new(), &folder.0);
        options
            .timeout(Duration::from_millis(1))
            .build()
            .unwrap()
            .status()
    };
    let now = SystemTime::now();
    for (time, least) in [
        (now - Duration::from_secs(3600), Duration::from_secs(3600)),
        // A clock that was wrong when it was written.
        (now + Duration::from_secs(3600), Duration::ZERO),
    ] {
        let status = start(time);
        let age = status.age.unwrap();
        assert_eq!(status.source, Source::Disk);
        assert!((least..least + READY).contains(&age), "{age:?}");
    }
}
