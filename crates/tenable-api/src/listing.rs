//! Lists whose elements come one after another.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;

use crate::Error;

/// The elements or the pages of a list, fetched as they are asked for. After an error there is nothing more.
///
/// [`try_next`](Self::try_next) goes through it and [`try_collect`](Self::try_collect) takes all of it. It is a [`Stream`] as well, for
/// what the ecosystem offers on those. Dropped, it fetches nothing more.
#[must_use = "nothing is fetched before it is asked for"]
pub struct Listing<T>(
    /// None when it is over.
    Option<BoxStream<'static, Result<T, Error>>>,
);

impl<T> Listing<T> {
    /// What a stream gives.
    pub fn new(stream: impl Stream<Item = Result<T, Error>> + Send + 'static) -> Self {
        Self(Some(Box::pin(stream)))
    }

    /// The next, or `None` at the end.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Everything, or the first error.
    pub async fn try_collect<C: Default + Extend<T>>(mut self) -> Result<C, Error> {
        let mut all = C::default();
        while let Some(item) = self.try_next().await? {
            all.extend([item]);
        }
        Ok(all)
    }
}

impl<T: Send + 'static> Listing<T> {
    /// What a task gives away, which goes on only when the next is asked for.
    pub(crate) fn of<F>(task: impl FnOnce(Outlet<T>) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let outlet = Outlet(Arc::default());
        Self::new(Served { task: Box::pin(task(outlet.clone())), outlet })
    }

    /// Each element made into another.
    pub(crate) fn map<U: Send + 'static>(mut self, mut make: impl FnMut(T) -> U + Send + 'static) -> Listing<U> {
        Listing::of(async move |outlet: Outlet<U>| {
            while let Some(item) = self.try_next().await? {
                outlet.give(make(item)).await;
            }
            Ok(())
        })
    }
}

impl<T> Stream for Listing<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(stream) = &mut self.0 else { return Poll::Ready(None) };
        let next = ready!(stream.as_mut().poll_next(cx));
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(next)
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

/// Where a task lays down one thing at a time.
pub(crate) struct Outlet<T>(Arc<Mutex<Option<T>>>);

impl<T> Outlet<T> {
    /// Lays down, and waits until it was taken and more is asked for.
    pub(crate) async fn give(&self, item: T) {
        let mut item = Some(item);
        poll_fn(|_| match item.take() {
            // Whoever asks looks here after each step of the task, and comes back for more: nobody has to be woken.
            Some(item) => {
                *self.lock() = Some(item);
                Poll::Pending
            }
            None => Poll::Ready(()),
        })
        .await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// A task, and what it laid down.
struct Served<T> {
    task: BoxFuture<'static, Result<(), Error>>,
    outlet: Outlet<T>,
}

impl<T> Stream for Served<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let step = self.task.as_mut().poll(cx);
        if let Some(item) = self.outlet.lock().take() {
            return Poll::Ready(Some(Ok(item)));
        }
        Poll::Ready(ready!(step).err().map(Err))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt as _;
    use http::StatusCode;

    use super::*;
    use crate::{ErrorKind, Operation as _};

    fn counting(asked: &Arc<AtomicUsize>, end: Result<(), Error>) -> Listing<usize> {
        let asked = asked.clone();
        Listing::of(async move |outlet| {
            for number in 1..=3 {
                asked.store(number, Ordering::Relaxed);
                outlet.give(number).await;
            }
            end
        })
    }

    #[test]
    fn nothing_is_made_before_it_is_asked_for() {
        let asked = Arc::default();
        let mut listing = counting(&asked, Ok(()));
        for number in 1..=3 {
            assert_eq!(asked.load(Ordering::Relaxed), number - 1);
            assert_eq!(listing.try_next().now_or_never().unwrap().unwrap(), Some(number));
        }
        assert_eq!(listing.try_next().now_or_never().unwrap().unwrap(), None);
        assert_eq!(listing.try_next().now_or_never().unwrap().unwrap(), None);
    }

    #[test]
    fn after_an_error_there_is_nothing_more() {
        let error = || Error::incomplete(crate::identity_exposure::ListUsers::META, StatusCode::OK, "it stops");
        let mut listing = counting(&Arc::default(), Err(error()));
        for _ in 1..=3 {
            listing.try_next().now_or_never().unwrap().unwrap();
        }
        let told = listing.try_next().now_or_never().unwrap().unwrap_err();
        assert_eq!(told.kind(), ErrorKind::Unreadable);
        assert_eq!(listing.try_next().now_or_never().unwrap().unwrap(), None);
        let all: Result<Vec<usize>, _> = counting(&Arc::default(), Err(error())).try_collect().now_or_never().unwrap();
        assert_eq!(all.unwrap_err().kind(), ErrorKind::Unreadable);
    }

    #[test]
    fn a_stream_that_would_go_on_after_its_end_does_not() {
        let error = Error::incomplete(crate::identity_exposure::ListUsers::META, StatusCode::OK, "it stops");
        let mut listing = Listing::new(futures_util::stream::iter([Ok(1), Err(error), Ok(2)]));
        assert_eq!(listing.try_next().now_or_never().unwrap().unwrap(), Some(1));
        listing.try_next().now_or_never().unwrap().unwrap_err();
        for _ in 1..=2 {
            assert_eq!(listing.try_next().now_or_never().unwrap().unwrap(), None);
        }
    }

    #[test]
    fn each_is_made_into_another_only_when_it_is_asked_for() {
        let asked = Arc::default();
        let mut doubled = counting(&asked, Ok(())).map(|number| number * 2);
        assert_eq!(doubled.try_next().now_or_never().unwrap().unwrap(), Some(2));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        let rest: Vec<usize> = doubled.try_collect().now_or_never().unwrap().unwrap();
        assert_eq!(rest, [4, 6]);
    }
}
