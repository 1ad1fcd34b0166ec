//! Makes requests on raw sockets, with as little work as there can be, so that what is measured is the server.
//!
//! `load --server HOST:PORT --request hello|read|create|update [--key KEY] [--target PATH] [--in-flight N]`; an iteration is a request.
//! `hello` is `GET /` or the target that is given; the others are requests to the emulated Identity Exposure: the details of a user, a
//! creation, a change. The check is the number of answers that were a success.

use std::cell::Cell;
use std::process;
use std::rc::Rc;

use anyhow::{Context as _, Result, bail, ensure};
use tenable_bench::arguments::Arguments;
use tenable_bench::worker;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// What requests look like; `{n}` in it is a number that no other request of this machine has.
#[derive(Clone, Debug)]
struct Template {
    head: String,
    body: String,
}

impl Template {
    fn of(request: &str, target: Option<&str>, server: &str, key: &str) -> Result<Self> {
        let (method, path, body) = match request {
            "hello" => ("GET", target.unwrap_or("/"), ""),
            "read" => ("GET", "/api/users/1", ""),
            "create" => (
                "POST",
                "/api/users",
                r#"[{"name":"Load","email":"load.{n}@example.com","password":"Quiet-Meadow-58"}]"#,
            ),
            "update" => ("PATCH", "/api/users/1", r#"{"department":"Department {n}"}"#),
            other => bail!("{other:?} is none of hello, read, create, update"),
        };
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {server}\r\nX-API-Key: {key}\r\nAccept: application/json\r\n");
        if !body.is_empty() {
            head.push_str("Content-Type: application/json\r\n");
        }
        Ok(Self { head, body: body.to_owned() })
    }

    fn write(&self, number: u64, request: &mut Vec<u8>) {
        request.clear();
        request.extend_from_slice(self.head.as_bytes());
        if self.body.is_empty() {
            request.extend_from_slice(b"\r\n");
        } else {
            let body = self.body.replace("{n}", &format!("{}.{number}", process::id()));
            request.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        }
    }
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    received: Vec<u8>,
}

impl Connection {
    async fn open(server: &str) -> Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Vec::with_capacity(1024), received: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads the whole answer; whether it was a success.
    async fn exchange(&mut self, template: &Template, number: u64) -> Result<bool> {
        template.write(number, &mut self.request);
        self.stream.write_all(&self.request).await?;
        self.received.clear();
        let head = loop {
            ensure!(self.stream.read_buf(&mut self.received).await? > 0, "the server closed the connection");
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.received[..head])?;
        let success = text.starts_with("HTTP/1.1 2");
        let length = text.lines().filter_map(|line| line.split_once(':'));
        let length = length.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let length: usize = length.context("the answer has no length")?.1.trim().parse()?;
        let mut missing = (head + length).saturating_sub(self.received.len());
        while missing > 0 {
            self.received.clear();
            let count = self.stream.read_buf(&mut self.received).await?;
            ensure!(count > 0, "the server closed the connection");
            missing = missing.saturating_sub(count);
        }
        Ok(success)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["server", "request", "key", "target", "in-flight"])?;
    let server = arguments.text("server")?;
    let key: String = arguments.value_or("key", "none".to_owned())?;
    let template = Rc::new(Template::of(arguments.text("request")?, arguments.text("target").ok(), server, &key)?);
    let in_flight: usize = arguments.value_or("in-flight", 32)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut connections = runtime.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..in_flight {
            connections.push(Connection::open(server).await?);
        }
        anyhow::Ok(connections)
    })?;
    let mut made = 0;
    worker::run(|iterations| {
        let next = Rc::new(Cell::new(made));
        made += iterations;
        let local = LocalSet::new();
        let handles: Vec<_> = connections
            .drain(..)
            .map(|mut connection| {
                let (next, template) = (next.clone(), template.clone());
                local.spawn_local(async move {
                    let mut successes = 0;
                    while next.get() < made {
                        let number = next.replace(next.get() + 1);
                        successes += u64::from(connection.exchange(&template, number).await?);
                    }
                    anyhow::Ok((connection, successes))
                })
            })
            .collect();
        runtime.block_on(async {
            local.await;
            let mut sum = 0;
            for handle in handles {
                let (connection, successes) = handle.await??;
                connections.push(connection);
                sum += successes;
            }
            Ok(worker::check(sum))
        })
    })
}
