use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Poll, Waker};

use futures_core::Stream;

use crate::change::Change;
use crate::client::FeatureClient;
use crate::feed::Subscription;
use crate::world::lock;

/// Each change of the snapshot in use. Made by [`FeatureClient::changes`]; runs on any runtime. Of
/// more than 1,000 changes that nobody takes, the oldest are left out.
#[derive(Debug)]
#[must_use = "streams do nothing unless they are polled"]
pub struct Changes {
    queue: Arc<Mutex<Queue>>,
    _subscription: Subscription,
}

const MOST_WAITING: usize = 1000;

#[derive(Debug, Default)]
struct Queue {
    changes: VecDeque<Change>,
    waker: Option<Waker>,
}

impl FeatureClient {
    /// The changes from now on, as a stream that does not end.
    pub fn changes(&self) -> Changes {
        let queue = Arc::new(Mutex::new(Queue::default()));
        let shared = queue.clone();
        let subscription = self.on_change(move |change| {
            let mut queue = lock(&shared);
            queue.changes.push_back(change.clone());
            if queue.changes.len() > MOST_WAITING {
                queue.changes.pop_front();
            }
            if let Some(waker) = queue.waker.take() {
                waker.wake();
            }
        });
        Changes {
            queue,
            _subscription: subscription,
        }
    }
}

impl Stream for Changes {
    type Item = Change;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Change>> {
        let mut queue = lock(&self.queue);
        if let Some(change) = queue.changes.pop_front() {
            return Poll::Ready(Some(change));
        }
        queue.waker = Some(task.waker().clone());
        Poll::Pending
    }
}
