//! The stack of layers, put together in one function.

use std::sync::Arc;
use std::time::Duration;

use crate::layers::attempt::AttemptLayer;
use crate::layers::authorize::AuthorizeLayer;
use crate::layers::call::CallLayer;
use crate::layers::concurrency::ConcurrencyLayer;
use crate::layers::deadline::DeadlineLayer;
use crate::layers::guard::{Guard, GuardLayer};
use crate::layers::limit::LimitLayer;
use crate::layers::retry::RetryLayer;
use crate::layers::timeout::TimeoutLayer;
use crate::{Authorize, Classify, FullJitter, Jitter, Origin, SharedTransport, Time, TokioTime, Transport};

/// Longest time of a call, unless it is set.
const DEADLINE: Duration = Duration::from_secs(60);

/// How a [`stack`] behaves.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tenable_transport::{RateLimit, StackSettings};
///
/// let mut settings = StackSettings::default();
/// settings.retry.max_attempts = 5;
/// settings.deadline = Some(Duration::from_secs(120));
/// settings.rate_limit = Some(RateLimit::new(10, Duration::from_secs(1)));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StackSettings {
    /// When and how often to send again.
    pub retry: RetrySettings,
    /// Longest time of a call, all attempts and the waits between them included, the wait for a place excluded. 60 s.
    /// `None`: no limit; a server that answers 429 for ever is then asked for ever, unless such attempts are counted.
    pub deadline: Option<Duration>,
    /// Longest time of one attempt, connection and body included. 30 s. `None`: no limit.
    pub attempt_timeout: Option<Duration>,
    /// Calls under way at once, over all clones. 64; 0 is taken as 1.
    pub calls_in_flight: usize,
    /// Longest wait for a place among them. No limit by default.
    pub wait_limit: Option<Duration>,
    /// Most tries in a time, over all clones. No limit by default: after a 429 with a `Retry-After`, tries leave evenly at
    /// the rate that the server has shown to keep up, until five minutes have passed without another one.
    pub rate_limit: Option<RateLimit>,
    /// Longest pause of all clones after a 429, whatever its `Retry-After` says, and longest wait that a call without a
    /// deadline makes at the server's word. 5 min. Zero: no pause, and such a call waits as if nothing had been said.
    ///
    /// It keeps one wrong header, such as a date for a number of seconds, from stopping a program for years. A call
    /// with a deadline goes by what the server said: it waits as long if that ends in time, else it gets the answer at
    /// once. [`CallReport::retry_after`](crate::CallReport::retry_after) is what the server said.
    pub longest_pause: Duration,
    /// Sends to another machine without encryption, credentials included. Off.
    pub allow_plain_http: bool,
    /// The clock.
    pub time: Arc<dyn Time>,
    /// Spreads the waits between attempts.
    pub jitter: Arc<dyn Jitter>,
}

impl Default for StackSettings {
    fn default() -> Self {
        Self {
            retry: RetrySettings::default(),
            deadline: Some(DEADLINE),
            attempt_timeout: Some(Duration::from_secs(30)),
            calls_in_flight: 64,
            wait_limit: None,
            rate_limit: None,
            longest_pause: Duration::from_secs(300),
            allow_plain_http: false,
            time: Arc::new(TokioTime::new()),
            jitter: Arc::new(FullJitter),
        }
    }
}

/// When and how often to send again. Which calls may be is said by [`Idempotency`](crate::Idempotency).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetrySettings {
    /// Attempts of a call, the first included. 3; 0 is taken as 1. Attempts answered 429 are not counted, unless
    /// `count_throttled` says so: they are bounded by the deadline alone.
    pub max_attempts: u32,
    /// Counts attempts answered 429 among `max_attempts`. Off. On, attempts are bounded without a deadline as well.
    pub count_throttled: bool,
    /// Longest wait before the second attempt; doubles with each further one. 250 ms.
    pub base_delay: Duration,
    /// Longest wait that is not the server's wish. 10 s.
    pub max_delay: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            count_throttled: false,
            base_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(10),
        }
    }
}

/// A bound on tries: a bucket of `requests` tokens, full at first, that refills evenly in `per`.
///
/// Each try of a call takes one token: the first, and each one after a failure. Two things go out without a token, and
/// without waiting for a pause after a 429: a sign-in, and the one resend of a call whose session was renewed. A call
/// can so send up to four requests with one token: a sign-in, itself, the renewal, itself again. Leave room for them
/// where the server counts strictly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Tries that may leave at once; 0 is taken as 1.
    pub requests: u32,
    /// Time in which so many may leave again.
    pub per: Duration,
}

impl RateLimit {
    /// At most `requests` tries in `per`.
    pub fn new(requests: u32, per: Duration) -> Self {
        Self { requests, per }
    }
}

/// Puts the layers over `base`, for requests to `origin`.
///
/// The order, outermost first, and the reason for each place:
///
/// 1. **Call**: the span and the [`CallReport`](crate::CallReport) cover everything, the wait for a place included.
/// 2. **Concurrency**: outside the deadline, so that a long queue of one's own does not eat the time of a call. It has
///    its own limit.
/// 3. **Deadline**: outside retry, as it bounds all attempts and the waits between them.
/// 4. **Retry**: each attempt goes through everything below.
/// 5. **Rate limit**: inside retry, so that it gates every try and not only the first; a 429 of one call, the resend
///    after a renewed session included, pauses all. What starts below passes it by: a sign-in, and that resend, take no
///    token and wait for no pause; a 429 of a sign-in pauses nobody.
/// 6. **Authorize**: inside retry, so that a later attempt has the newest credential; below the limit, so that a wait
///    does not age it. Renews an expired session once per call. Sign-ins go from here downwards.
/// 7. **Guard**: below authorize, so that sign-ins are kept on `origin` as well.
/// 8. **Attempt**: counts and traces what goes to the network, sign-ins included.
/// 9. **Attempt timeout**: innermost, so that only the network counts.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tenable_transport::{
///     CallReport, ClassifyByStatus, NoAuthorization, SharedTransport, StackSettings, Transport, TransportError, stack,
/// };
///
/// #[derive(Debug)]
/// struct Hello;
///
/// #[async_trait::async_trait]
/// impl Transport for Hello {
///     async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
///         Ok(Response::new(Bytes::from_static(b"hello")))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = stack(
///     SharedTransport::new(Hello),
///     "https://acme.example".parse()?,
///     Arc::new(NoAuthorization),
///     Arc::new(ClassifyByStatus),
///     StackSettings::default(),
/// );
/// let response = client.send(Request::get("https://acme.example/api/users").body(Bytes::new())?).await?;
/// assert_eq!(response.body(), "hello");
/// assert_eq!(response.extensions().get::<CallReport>().map(|report| report.attempts), Some(1));
/// # Ok(())
/// # }
/// ```
pub fn stack(
    base: SharedTransport,
    origin: Origin,
    authorize: Arc<dyn Authorize>,
    classify: Arc<dyn Classify>,
    settings: StackSettings,
) -> SharedTransport {
    let StackSettings {
        retry,
        deadline,
        attempt_timeout,
        calls_in_flight,
        wait_limit,
        rate_limit,
        longest_pause,
        allow_plain_http,
        time,
        jitter,
    } = settings;
    let clock = || Arc::clone(&time);
    let guard = Guard::new(origin, allow_plain_http);
    // From the network outwards.
    let below = TimeoutLayer { below: base, limit: attempt_timeout, time: clock() };
    let below = AttemptLayer { below, time: clock() };
    let below = Arc::new(GuardLayer { below, guard: guard.clone() });
    let sign_in = SharedTransport::from(Arc::clone(&below) as Arc<dyn Transport>);
    let below = AuthorizeLayer { below, sign_in, guard, authorize, classify };
    // As many as may be under way pass in half of their time. Without a deadline that of others goes, for one refusal with a long
    // pause says little.
    let time_of_a_call = deadline.unwrap_or(DEADLINE);
    let longest_interval = time_of_a_call / 2 / u32::try_from(calls_in_flight.max(1)).unwrap_or(u32::MAX);
    let below = LimitLayer::new(below, rate_limit, longest_pause, longest_interval, clock());
    let below = RetryLayer { below, settings: retry, longest_pause, time: clock(), jitter };
    let below = DeadlineLayer { below, deadline, time: clock() };
    let below = ConcurrencyLayer::new(below, calls_in_flight, wait_limit, clock());
    SharedTransport::new(CallLayer { below, time: clock() })
}

#[cfg(test)]
mod tests;
