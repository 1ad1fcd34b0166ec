//! One connection: requests are read, answers are written. Just as much HTTP as the clients under test speak.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::answers::Answers;

/// Largest head of a request.
const HEAD: usize = 64 << 10;

/// A request as far as it matters: method and target, where it ends, and whether another may follow.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    line: String,
    length: usize,
    last: bool,
}

/// Answers what comes until the client goes.
pub(crate) async fn serve(mut stream: TcpStream, answers: Arc<Answers>, delay: Duration) -> io::Result<()> {
    let mut received = Vec::with_capacity(4096);
    let mut counted = false;
    loop {
        let request = loop {
            match parse(&received)? {
                Some(request) if received.len() >= request.length => break request,
                _ if stream.read_buf(&mut received).await? == 0 => return Ok(()),
                _ => {}
            }
        };
        received.drain(..request.length);
        let answer = answers.to(&request.line);
        if request.line != "GET /stats" {
            if !counted {
                answers.connections.fetch_add(1, Ordering::Relaxed);
                counted = true;
            }
            answers.requests.fetch_add(1, Ordering::Relaxed);
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
        }
        stream.write_all(&answer).await?;
        if request.last {
            return stream.shutdown().await;
        }
    }
}

/// The request that the bytes begin with; `None` while its head is not whole.
fn parse(bytes: &[u8]) -> io::Result<Option<Request>> {
    let invalid = |text| io::Error::new(io::ErrorKind::InvalidData, text);
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() > HEAD { Err(invalid("the head is too long")) } else { Ok(None) };
    };
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| invalid("the head is not text"))?;
    let mut lines = head.split("\r\n");
    let (line, version) =
        lines.next().and_then(|line| line.rsplit_once(' ')).ok_or_else(|| invalid("no request line"))?;
    let (mut body, mut last) = (0, version == "HTTP/1.0");
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            body = value.trim().parse().map_err(|_| invalid("the length is no number"))?;
        } else if name.eq_ignore_ascii_case("connection") {
            last = value.trim().eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(invalid("bodies need a length"));
        }
    }
    Ok(Some(Request { line: line.to_owned(), length: end + 4 + body, last }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart() {
        let whole = "POST /users HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}GET / HTTP/1.1\r\n\r\n";
        let first = parse(whole.as_bytes()).unwrap().unwrap();
        assert_eq!(first, Request { line: "POST /users".to_owned(), length: whole.find("GET").unwrap(), last: false });
        let second = parse(&whole.as_bytes()[first.length..]).unwrap().unwrap();
        assert_eq!((second.line.as_str(), second.length), ("GET /", whole.len() - first.length));
        assert_eq!(parse(b"GET / HTTP/1.1\r\nhost: x\r\n").unwrap(), None);
        assert!(parse(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap().unwrap().last);
        for refused in [
            "\r\n\r\n",
            "GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert!(parse(refused.as_bytes()).is_err(), "{refused}");
        }
    }
}
