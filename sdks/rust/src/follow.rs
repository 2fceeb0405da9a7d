use std::sync::mpsc::{sync_channel, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::header;

use crate::apply::{apply, Step};
use crate::http::{Answer, Asked, NoAnswer, Patience};
use crate::json::read_json;
use crate::parse::parse_after;
use crate::piece::{read_pieces, Piece};
use crate::report::Problem;
use crate::stream::{Message, StreamReader};
use crate::update::{Origin, Updater, ANSWERED};

/// So many streams in a row that a proxy holds up, and the client polls.
const HELD_UP: u32 = 3;

/// How a stream came to its end.
enum Ended {
    Clean,
    HeldUp,
    Broken,
}

impl Updater {
    /// Follows the stream to its end; gives how long to wait before the next.
    pub(crate) fn follow(&mut self) -> Duration {
        let event_id = self.state.event_id.clone();
        let is_resumed = event_id.is_some();
        let mut asked = Asked::get("/stream");
        let timings = self.world.timings();
        asked.patience = Some(Patience {
            headers: timings.held_up,
            silence: timings.silence,
        });
        asked
            .headers
            .push((header::ACCEPT, "text/event-stream".into()));
        // An id and no version: another file of data can have the same.
        if let Some(event_id) = event_id {
            let name = header::HeaderName::from_static("last-event-id");
            asked.headers.push((name, event_id));
        }
        let opened = Instant::now();
        let answer = match self.http.ask(&asked) {
            Ok(answer) if answer.status == 200 => answer,
            Ok(answer) => {
                let floor = self.refused(answer);
                return self.failed(floor);
            }
            Err(none) => return self.without_stream(&none),
        };
        self.feed.reporter.over(ANSWERED);
        let ended = match answer.is_stream {
            true => Following::new(opened, is_resumed).read(self, answer),
            false => Ended::HeldUp,
        };
        self.http.end_stream();
        self.after(ended)
    }

    fn without_stream(&mut self, none: &NoAnswer) -> Duration {
        self.http.end_stream();
        if !none.is_silent {
            let floor = self.unreachable(&none.to_string());
            return self.failed(floor);
        }
        // The headers never came: a proxy holds them up if all else is answered.
        match self.fetch() {
            Ok(()) => self.held_up(Ok(())),
            Err(floor) => self.failed(floor),
        }
    }

    fn after(&mut self, ended: Ended) -> Duration {
        match ended {
            Ended::Broken => self.failed(None),
            Ended::Clean => {
                self.state.failures = 0;
                self.failed(None)
            }
            Ended::HeldUp => {
                let polled = self.fetch();
                self.held_up(polled)
            }
        }
    }

    /// Counts a stream that was held up; `polled` is what came of asking for the snapshot instead.
    fn held_up(&mut self, polled: Result<(), Option<Duration>>) -> Duration {
        self.state.held_up = self.state.held_up.saturating_add(1);
        let polls = self.state.held_up >= HELD_UP;
        if polls {
            let now = self.world.now();
            let ttl = self.ttl.as_secs_f64();
            if self.state.polls_since.replace(now).is_none() {
                self.feed.reporter.info(&format!(
                    "streams do not come through from {}: a proxy may hold them up. The flags \
                     are asked for every {ttl} s instead.",
                    self.http.base
                ));
            }
        }
        match polled {
            Ok(()) if polls => self.ttl,
            Ok(()) => self.failed(None),
            Err(floor) => self.failed(floor),
        }
    }

    fn event(&mut self, name: &str, data: &str, id: Option<String>) -> Taken {
        match name {
            "snapshot" => match self.take(data, Origin::Event(id)) {
                true => Taken::Current,
                false => Taken::Behind,
            },
            "change" => self.change(data, id),
            _ => Taken::NotKnown,
        }
    }

    fn change(&mut self, data: &str, id: Option<String>) -> Taken {
        let held = self.feed.snapshot().filter(|_| self.state.is_from_server);
        let step = read_json(data).map(|change| apply(held.as_deref(), &change));
        match step {
            Ok(Step::To(document)) => match parse_after(&document, held.as_deref()).snapshot {
                Some(snapshot) => {
                    self.put(snapshot, Origin::Event(id));
                    return Taken::Current;
                }
                None => self.etag = None,
            },
            Ok(Step::Gone) => {
                let base = &self.http.base;
                let message = format!("the environment is gone from {base}; {}.", self.serving());
                self.feed
                    .reporter
                    .problem(Problem::EnvironmentGone, message);
                return Taken::Behind;
            }
            Ok(Step::Gap) | Err(_) => {}
        }
        match self.fetch() {
            Ok(()) => Taken::Current,
            Err(_) => Taken::GiveUp,
        }
    }
}

/// What became of an event.
enum Taken {
    /// What is in use is what the server has.
    Current,
    /// The server has something else, which cannot be used.
    Behind,
    NotKnown,
    /// The stream must be opened again.
    GiveUp,
}

/// One stream, from its opening to its end.
struct Following {
    opened: Instant,
    last_byte: Instant,
    /// True if the stream goes on where another one ended: a comment then says that nothing was
    /// missed.
    resumes: bool,
    has_event: bool,
    /// True once what is in use is what the server has.
    is_current: bool,
    reader: StreamReader,
}

impl Following {
    fn new(opened: Instant, resumes: bool) -> Self {
        let reader = StreamReader::default();
        let last_byte = Instant::now();
        Self {
            opened,
            last_byte,
            resumes,
            has_event: false,
            is_current: false,
            reader,
        }
    }

    fn read(mut self, updater: &mut Updater, answer: Answer) -> Ended {
        // A few pieces may wait while a snapshot is read; then the server has to.
        let (sender, pieces) = sync_channel(16);
        let body = answer.into_reader();
        let named = thread::Builder::new().name("featureflags-stream".into());
        if named.spawn(move || read_pieces(body, &sender)).is_err() {
            return Ended::Broken;
        }
        let timings = updater.world.timings();
        while !updater.signal.is_stopped() {
            updater.copy.write_due();
            if self.opened.elapsed() >= timings.held_up {
                if !self.has_event {
                    return Ended::HeldUp;
                }
                updater.state.failures = 0;
            }
            if self.last_byte.elapsed() >= timings.silence {
                return Ended::Broken;
            }
            match self.next_piece(updater, &pieces) {
                None => {}
                Some(Piece::Bytes(bytes)) if self.take(updater, &bytes) => {}
                Some(Piece::Bytes(_) | Piece::Broken) => return Ended::Broken,
                Some(Piece::End) if !self.has_event && self.opened.elapsed() < timings.cut => {
                    return Ended::HeldUp;
                }
                Some(Piece::End) => return Ended::Clean,
            }
        }
        Ended::Clean
    }

    /// The next piece; none if something else is due first.
    fn next_piece(&self, updater: &Updater, pieces: &Receiver<Piece>) -> Option<Piece> {
        let timings = updater.world.timings();
        let event = timings.held_up.saturating_sub(self.opened.elapsed());
        let byte = timings.silence.saturating_sub(self.last_byte.elapsed());
        let waits = [
            Some(event).filter(|event| !event.is_zero()),
            Some(byte),
            updater.copy.due(),
        ];
        let wait = waits.into_iter().flatten().min().unwrap_or(byte);
        match pieces.recv_timeout(wait) {
            Ok(piece) => Some(piece),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Piece::Broken),
        }
    }

    /// Takes a piece. False if the stream must be given up.
    fn take(&mut self, updater: &mut Updater, bytes: &[u8]) -> bool {
        self.last_byte = Instant::now();
        let Ok(messages) = self.reader.read(bytes) else {
            return false;
        };
        for message in messages {
            match message {
                Message::Event { name, data, id } => {
                    self.saw_event(updater);
                    match updater.event(&name, &data, id) {
                        Taken::Current => self.is_current = true,
                        Taken::Behind => self.is_current = false,
                        Taken::NotKnown => {}
                        Taken::GiveUp => return false,
                    }
                }
                Message::Comment if self.resumes => {
                    self.saw_event(updater);
                    self.is_current = true;
                }
                Message::Comment => {}
                Message::Retry(milliseconds) => {
                    updater.state.retry = Some(Duration::from_millis(milliseconds));
                }
            }
        }
        if self.is_current {
            updater.confirm();
        }
        true
    }

    fn saw_event(&mut self, updater: &mut Updater) {
        self.has_event = true;
        updater.state.held_up = 0;
        updater.state.polls_since = None;
    }
}
