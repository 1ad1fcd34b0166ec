//! Faults that need a real connection: a few operations of each kind, since what tells these faults apart is the same code for all.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{Client, ErrorKind};
use tenable_model::Product;
use tenable_transport::{NoJitter, ProxySettings, StackSettings, Time};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fault::Means;
use super::scene::{Harm, Link, Prepared, Scene, is_own, start};
use super::subjects::{self, Subject};

/// Largest answer that the clients take.
const LIMIT: usize = 64 * 1024;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const DEADLINE: Duration = Duration::from_mins(1);

/// One read and one write of each way to be repeated, of each product.
const TRIED: &[&str] = &[
    "identity_exposure users.list",
    "identity_exposure users.update_user_roles",
    "identity_exposure users.delete",
    "identity_exposure users.create",
    "identity_exposure users.change_password",
    "security_center users.list",
    "security_center users.update",
    "security_center users.delete",
    "security_center users.create",
    "security_center current_user.change_password",
    "vulnerability_management users.list",
    "vulnerability_management groups.update",
    "vulnerability_management users.delete",
    "vulnerability_management users.create",
];

/// What a server of something else says.
const NO_HTTP: &[u8] = b"220 mail.example ESMTP ready\r\n";

/// What the server does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Nobody listens.
    NobodyThere,
    /// A name that no resolver takes.
    NoName,
    /// Something that is no TLS answers the greeting.
    NoTls,
    Reset,
    Close,
    /// Not a byte, while the connection stays open.
    StallBeforeAnswer,
    StallInBody,
    /// A byte at a time, without an end.
    Drip,
    /// Half of what is announced, then the end.
    Truncated,
    /// All of it, with half the length announced.
    ShortLength,
    BadChunk,
    NotHttp,
    /// A hundredfold of the limit in a few bytes of gzip.
    GzipBomb,
    /// More than the limit, in chunks.
    Oversized,
    /// To a listener of the test.
    Redirect,
}

/// A fault of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct WireFault {
    pub(super) name: &'static str,
    way: Way,
    pub(super) commits: bool,
    pub(super) means: Means,
}

const fn fault(name: &'static str, way: Way, commits: bool, means: Means) -> WireFault {
    WireFault { name, way, commits, means }
}

const LOST: Means = Means::Lost(ErrorKind::Interrupted);
const LATE: Means = Means::Lost(ErrorKind::Timeout);

/// All of them.
pub(super) const ALL: &[WireFault] = &[
    fault("connection refused", Way::NobodyThere, false, Means::Unsent),
    fault("name not found", Way::NoName, false, Means::Unsent),
    fault("TLS refused", Way::NoTls, false, Means::Untrusted),
    fault("reset before commit", Way::Reset, false, LOST),
    fault("reset after commit", Way::Reset, true, LOST),
    fault("closed before commit", Way::Close, false, LOST),
    fault("closed after commit", Way::Close, true, LOST),
    fault("stall before the answer, before commit", Way::StallBeforeAnswer, false, LATE),
    fault("stall before the answer, after commit", Way::StallBeforeAnswer, true, LATE),
    fault("stall in the body", Way::StallInBody, true, LATE),
    fault("slow drip", Way::Drip, true, LATE),
    fault("truncated", Way::Truncated, true, LOST),
    fault("wrong length", Way::ShortLength, true, Means::Garbled),
    fault("bad chunk", Way::BadChunk, true, LOST),
    fault("not HTTP", Way::NotHttp, true, Means::Failed(ErrorKind::Unreadable)),
    fault("gzip bomb", Way::GzipBomb, true, Means::Failed(ErrorKind::ResponseTooLarge)),
    fault("oversized", Way::Oversized, true, Means::Failed(ErrorKind::ResponseTooLarge)),
    fault("redirect 307 to another origin", Way::Redirect, false, Means::Refused(ErrorKind::Redirected)),
];

impl WireFault {
    /// Whether it is a matter of the address, and so of every request.
    pub(super) fn is_of_the_address(self) -> bool {
        matches!(self.way, Way::NobodyThere | Way::NoName | Way::NoTls)
    }
}

/// The operations that are tried.
pub(super) fn subjects() -> Vec<Subject> {
    let found: Vec<_> =
        subjects::all().into_iter().filter(|subject| TRIED.contains(&subject.name().as_str())).collect();
    assert_eq!(found.len(), TRIED.len());
    found
}

/// A clock that stands. The time of an attempt is up when the server says so, and that of the call never is.
#[derive(Clone, Debug)]
struct Told(Arc<Semaphore>);

#[async_trait]
impl Time for Told {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn unix_time(&self) -> SystemTime {
        start()
    }

    async fn sleep(&self, duration: Duration) {
        if duration == DEADLINE {
            std::future::pending::<()>().await;
        }
        if duration == ATTEMPT_TIMEOUT {
            self.0.acquire().await.unwrap().forget();
        }
        // Anything else is a wait between two attempts, which takes no time here.
    }
}

/// What happens to the requests of one operation.
struct Trouble {
    subject: Subject,
    fault: WireFault,
    left: Option<usize>,
    harm: Harm,
    time: Told,
}

/// A server in front of the emulator's cores, and a listener that nobody may come to.
pub(super) struct Wire {
    link: Link,
    address: SocketAddr,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

struct Shared {
    link: Link,
    product: Mutex<Product>,
    trouble: Mutex<Option<Trouble>>,
    elsewhere: SocketAddr,
    strayed: AtomicUsize,
    bomb: Bytes,
}

impl Wire {
    pub(super) async fn start(scene: &Scene) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let link = Link::new(scene);
        let shared = Arc::new(Shared {
            link: link.clone(),
            product: Mutex::new(Product::IdentityExposure),
            trouble: Mutex::default(),
            elsewhere: elsewhere.local_addr().unwrap(),
            strayed: AtomicUsize::new(0),
            bomb: bomb(),
        });
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        let served = shared.clone();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(serve(stream, served.clone()));
            }
        });
        let strays = shared.clone();
        tasks.spawn(async move {
            loop {
                drop(elsewhere.accept().await.unwrap());
                strays.strayed.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { link, address, shared, _tasks: tasks }
    }

    /// How many connections went to where a redirect points.
    pub(super) fn strayed(&self) -> usize {
        self.shared.strayed.load(Ordering::Relaxed)
    }

    /// Prepares the subject, and says what happens to its requests from then on.
    pub(super) async fn prepare(
        &self,
        scene: &Scene,
        subject: &Subject,
        fault: WireFault,
        times: Option<usize>,
    ) -> (Prepared, Harm) {
        *self.shared.product.lock().unwrap() = subject.product();
        let time = Told(Arc::new(Semaphore::new(0)));
        *self.shared.trouble.lock().unwrap() = None;
        let url = match fault.way {
            Way::NobodyThere => {
                // Bound and let go.
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
                format!("http://{}", listener.local_addr().unwrap())
            }
            // Longer than a label of a name may be, so that no server has to be asked.
            Way::NoName => format!("https://{}.example", "a".repeat(64)),
            Way::NoTls => format!("https://{}", self.address),
            _ => format!("http://{}", self.address),
        };
        let here = format!("http://{}", self.address);
        let mut prepared = scene.prepare_with(subject, &self.link, || client(scene, subject, &here, &time)).await;
        let harm = Harm::default();
        let trouble = Trouble { subject: subject.clone(), fault, left: times, harm: harm.clone(), time: time.clone() };
        *self.shared.trouble.lock().unwrap() = Some(trouble);
        if url != here {
            prepared.client = client(scene, subject, &url, &time);
            harm.happens();
        }
        (prepared, harm)
    }

    /// Lets what follows pass.
    pub(super) fn clear(&self) {
        *self.shared.trouble.lock().unwrap() = None;
    }
}

fn client(scene: &Scene, subject: &Subject, url: &str, time: &Told) -> Client {
    let mut settings = StackSettings::default();
    settings.jitter = Arc::new(NoJitter);
    settings.time = Arc::new(time.clone());
    settings.attempt_timeout = Some(ATTEMPT_TIMEOUT);
    settings.deadline = Some(DEADLINE);
    macro_rules! to {
        ($product:ident) => {
            $product::builder()
                .url(url)
                .stack_settings(settings)
                .proxy(ProxySettings::none())
                .max_response_bytes(u64::try_from(LIMIT).unwrap())
        };
    }
    match subject.product() {
        Product::IdentityExposure => scene.exposure(to!(IdentityExposure), subject.who),
        Product::SecurityCenter => scene.center(to!(SecurityCenter), subject.who),
        _ => scene.management(to!(VulnerabilityManagement), subject.who),
    }
}

/// A hundred times the limit in zeros, compressed.
fn bomb() -> Bytes {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 100 * LIMIT]).unwrap();
    encoder.finish().unwrap().into()
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    while let Some(request) = read_request(&mut stream).await {
        let due = {
            let mut trouble = shared.trouble.lock().unwrap();
            trouble
                .as_mut()
                .filter(|trouble| {
                    trouble.left != Some(0) && is_own(&trouble.subject, request.method().as_str(), request.uri().path())
                })
                .map(|trouble| {
                    trouble.left = trouble.left.map(|left| left - 1);
                    (trouble.fault, trouble.harm.clone(), trouble.time.clone())
                })
        };
        let product = *shared.product.lock().unwrap();
        let Some((fault, harm, time)) = due else {
            let answer = shared.link.answer_of(product, request);
            let bytes = [head(&answer, Some(answer.body().len())), answer.body().to_vec()].concat();
            if stream.write_all(&bytes).await.is_err() {
                return;
            }
            continue;
        };
        let answer = fault.commits.then(|| shared.link.answer_of(product, request));
        if !misbehave(&mut stream, fault.way, answer.unwrap_or_default(), &shared, &time, &harm).await {
            return;
        }
    }
}

/// Does what the fault is; whether the connection goes on.
async fn misbehave(
    stream: &mut TcpStream,
    way: Way,
    answer: Response<Bytes>,
    shared: &Shared,
    time: &Told,
    harm: &Harm,
) -> bool {
    let body = answer.body().clone();
    // Without a body there is none to harm; and half of a mere `null` is no JSON any more.
    let harms = match way {
        Way::ShortLength => body.len() > 4,
        Way::Truncated | Way::BadChunk | Way::GzipBomb | Way::Oversized => answer.status() != 204,
        _ => true,
    };
    if harms {
        harm.happens();
    }
    let half = &body[..body.len() / 2];
    let plain = |length| head(&answer, Some(length));
    let bytes = match way {
        Way::Reset => {
            stream.set_zero_linger().unwrap();
            return false;
        }
        Way::Close | Way::NobodyThere | Way::NoName | Way::NoTls => return false,
        Way::StallBeforeAnswer => Vec::new(),
        Way::Drip => plain(1 << 16),
        Way::StallInBody | Way::Truncated => [plain(body.len() + 2).as_slice(), half].concat(),
        Way::ShortLength => [plain(half.len()).as_slice(), &body].concat(),
        Way::BadChunk => [chunked(&answer, "").as_slice(), b"not-a-number\r\n", &body, b"\r\n0\r\n\r\n"].concat(),
        Way::NotHttp => NO_HTTP.to_vec(),
        Way::GzipBomb => {
            let head = chunked(&answer, "content-encoding: gzip\r\n");
            [head, chunk(&shared.bomb), b"0\r\n\r\n".to_vec()].concat()
        }
        Way::Oversized => [chunked(&answer, ""), chunk(&vec![b' '; 2 * LIMIT]), b"0\r\n\r\n".to_vec()].concat(),
        Way::Redirect => format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
            shared.elsewhere
        )
        .into_bytes(),
    };
    if stream.write_all(&bytes).await.is_err() {
        return false;
    }
    match way {
        Way::Drip => {
            for _ in 0..16 {
                if stream.write_all(b" ").await.is_err() {
                    return false;
                }
            }
            time.0.add_permits(1);
        }
        Way::StallBeforeAnswer | Way::StallInBody => time.0.add_permits(1),
        Way::ShortLength | Way::Redirect => return true,
        _ => return false,
    }
    // Until the client gives up.
    let _ = stream.read(&mut [0; 1]).await;
    false
}

fn head(answer: &Response<Bytes>, length: Option<usize>) -> Vec<u8> {
    let status = answer.status();
    let mut head = format!("HTTP/1.1 {} x\r\n", status.as_u16());
    for (name, value) in answer.headers() {
        head.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
    }
    if let Some(length) = length.filter(|length| status != 204 || *length > 0) {
        head.extend(["content-length: ", &length.to_string(), "\r\n"]);
    }
    (head + "\r\n").into_bytes()
}

fn chunked(answer: &Response<Bytes>, more: &str) -> Vec<u8> {
    let mut head = head(answer, None);
    head.truncate(head.len() - 2);
    head.extend_from_slice(format!("{more}transfer-encoding: chunked\r\n\r\n").as_bytes());
    head
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// A whole request; none once the client has closed, or does not speak HTTP.
async fn read_request(stream: &mut TcpStream) -> Option<Request<Bytes>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if !bytes[0].is_ascii_uppercase() {
            // A greeting of TLS.
            let _ = stream.write_all(NO_HTTP).await;
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let mut request = Request::builder().method(first.next()?).uri(first.next()?);
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        request = request.header(name, value);
    }
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    request.body(body.into()).ok()
}
