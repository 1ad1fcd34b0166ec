//! A place on the way to the servers where a run of writes can be stopped at any point.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// On which side of the server a write is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The server never gets it.
    Before,
    /// The server has carried it out, and its answer never arrives.
    After,
}

/// Counts the writes to all servers behind it, and holds one of them for good.
#[derive(Clone)]
pub(crate) struct Gates {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    held: Sender<bool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct State {
    /// Writes so far.
    writes: usize,
    /// The write to hold, counted from 0.
    at: usize,
    side: Side,
    /// Once it is held, nothing gets through any more.
    is_closed: bool,
}

impl Gates {
    /// Holds the write of this number; the receiver is told when it is held, or that the client has ended without it.
    pub(crate) fn new(at: usize, side: Side) -> (Self, Receiver<bool>) {
        let (held, told) = channel();
        let state = Mutex::new(State { writes: 0, at, side, is_closed: false });
        (Self { shared: Arc::new(Shared { state, held, threads: Mutex::default() }) }, told)
    }

    /// Tells the receiver as well when the client ends, by the end of its output, which is not read otherwise.
    pub(crate) fn tell_end_of(&self, client: &mut Child) {
        let (mut output, held) = (client.stdout.take().unwrap(), self.shared.held.clone());
        std::thread::spawn(move || {
            let _ended = std::io::copy(&mut output, &mut std::io::sink());
            let _told = held.send(false);
        });
    }

    /// Before this server; gives the address to use instead.
    pub(crate) fn before(&self, url: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let target: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
        let gates = self.clone();
        // Ends with the process: nobody can tell when the last client has come.
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let (near, gates) = (near.unwrap(), gates.clone());
                let shared = Arc::clone(&gates.shared);
                let thread = std::thread::spawn(move || gates.carry(near, target));
                shared.threads.lock().unwrap().push(thread);
            }
        });
        format!("http://{address}")
    }

    /// Waits until nothing is on its way any more. The client must be gone.
    pub(crate) fn settle(&self) {
        loop {
            let thread = self.shared.threads.lock().unwrap().pop();
            let Some(thread) = thread else { break };
            thread.join().unwrap();
        }
    }

    pub(crate) fn writes(&self) -> usize {
        self.shared.state.lock().unwrap().writes
    }

    /// What becomes of a request.
    fn decide(&self, request: &[u8]) -> Decision {
        let mut state = self.shared.state.lock().unwrap();
        if state.is_closed {
            return Decision::Drop;
        }
        let is_write =
            ["POST ", "PUT ", "PATCH ", "DELETE "].iter().any(|method| request.starts_with(method.as_bytes()));
        if !is_write {
            return Decision::Pass;
        }
        state.writes += 1;
        if state.writes - 1 != state.at {
            return Decision::Pass;
        }
        state.is_closed = true;
        Decision::Hold(state.side)
    }

    /// Carries what one connection has: one request at a time, whose answer comes before the next one.
    fn carry(&self, mut near: TcpStream, target: SocketAddr) {
        let mut far = TcpStream::connect(target).unwrap();
        while let Some(request) = message(&mut near) {
            let decision = self.decide(&request);
            let passes = matches!(decision, Decision::Pass | Decision::Hold(Side::After));
            let answer = if passes && far.write_all(&request).is_ok() { message(&mut far) } else { None };
            if matches!(decision, Decision::Hold(_)) {
                // Nobody listens once the client has ended.
                let _told = self.shared.held.send(true);
            }
            let Some(answer) = answer.filter(|_| decision == Decision::Pass) else { break };
            if near.write_all(&answer).is_err() {
                break;
            }
        }
        // The client must not see that anything has ended, until it is gone itself.
        let _gone = near.read(&mut [0]);
        let _closed = far.shutdown(Shutdown::Both);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Pass,
    Hold(Side),
    Drop,
}

/// One message, head and body; `None` once there is none any more.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut message, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    while length(&message).is_none_or(|length| message.len() < length) {
        match stream.read(&mut chunk) {
            Ok(read @ 1..) => message.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
    Some(message)
}

/// How long a message is, once its head is whole.
fn length(message: &[u8]) -> Option<usize> {
    let head = message.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&message[..head]).to_ascii_lowercase();
    assert!(!text.contains("transfer-encoding"), "neither side sends in chunks: {text}");
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    Some(head + length.map_or(0, |length| length.trim().parse().unwrap()))
}
