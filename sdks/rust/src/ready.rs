use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Poll, Waker};
use std::thread;
use std::time::Duration;

use crate::client::FeatureClient;
use crate::world::lock;

/// Becomes true when there is a snapshot, false when the time is over first. Made by
/// [`FeatureClient::ready`]; runs on any runtime.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Ready {
    client: FeatureClient,
    timeout: Duration,
    outcome: Arc<Mutex<Outcome>>,
}

#[derive(Debug, Default)]
struct Outcome {
    is_asked: bool,
    answer: Option<bool>,
    waker: Option<Waker>,
}

impl FeatureClient {
    /// The same as [`wait_until_ready`](Self::wait_until_ready), without blocking: a thread of its
    /// own waits, so that no runtime is needed.
    pub fn ready(&self, timeout: Duration) -> Ready {
        Ready {
            client: self.clone(),
            timeout,
            outcome: Arc::default(),
        }
    }
}

impl Future for Ready {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<bool> {
        if self.client.wait_until_ready(Duration::ZERO) {
            return Poll::Ready(true);
        }
        let mut outcome = lock(&self.outcome);
        if let Some(answer) = outcome.answer {
            return Poll::Ready(answer);
        }
        outcome.waker = Some(task.waker().clone());
        if !std::mem::replace(&mut outcome.is_asked, true) {
            let inner = &self.client.inner;
            if !inner.has_source() {
                return Poll::Ready(false);
            }
            // Not the client itself: whoever waits must not keep it from being closed.
            let (feed, closed) = (inner.feed.clone(), inner.closed.clone());
            let (timeout, shared) = (self.timeout, self.outcome.clone());
            let wait = move || {
                let answer = feed.wait(timeout, &closed);
                let mut outcome = lock(&shared);
                outcome.answer = Some(answer);
                if let Some(waker) = outcome.waker.take() {
                    waker.wake();
                }
            };
            if thread::Builder::new()
                .name("featureflags-ready".into())
                .spawn(wait)
                .is_err()
            {
                return Poll::Ready(false);
            }
        }
        Poll::Pending
    }
}
