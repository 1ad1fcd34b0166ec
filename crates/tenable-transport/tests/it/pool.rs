//! Connections that are used again, go stale, or belong to another runtime.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderValue, Request};
use tenable_transport::{HyperTransport, Transport as _, TransportErrorKind};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Barrier, mpsc};
use tokio::task::JoinSet;

use crate::server::{Heard, Server, answer_all, get, header, ok, post, read_request, transport, write};

/// A runtime for a server, so that it makes progress whatever the client's runtime does.
fn server_runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// A server that keeps its connections, and how many there were.
async fn keeping_server() -> (Server, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    let server = Server::start(move |mut stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move { answer_all(&mut stream, &Heard::default(), "{}").await }
    })
    .await;
    (server, connections)
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let (server, connections) = keeping_server().await;
    let transport = transport(|builder| builder);
    for _ in 0..10 {
        transport.send(post(server.url("/users"), "{}")).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn as_many_connections_are_kept_as_calls_may_be_under_way() {
    const CALLS: usize = 64;
    const WAVES: usize = 5;
    let connections = Arc::new(AtomicUsize::new(0));
    let together = Arc::new(Barrier::new(CALLS));
    let counter = Arc::clone(&connections);
    let server = Server::start(move |mut stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        let together = Arc::clone(&together);
        async move {
            while read_request(&mut stream).await.is_some() {
                // Until every call of the wave has a connection.
                together.wait().await;
                write(&mut stream, ok("{}").as_bytes()).await;
            }
        }
    })
    .await;
    let transport = Arc::new(transport(|builder| builder));
    for _ in 0..WAVES {
        let mut wave = JoinSet::new();
        for _ in 0..CALLS {
            let (transport, request) = (Arc::clone(&transport), get(server.url("/users")));
            wave.spawn(async move { transport.send(request).await.map(drop) });
        }
        while let Some(call) = wave.join_next().await {
            call.unwrap().unwrap();
        }
    }
    // A call may begin before the connection of one that has just ended is back.
    let connections = connections.load(Ordering::SeqCst);
    assert!((CALLS..2 * CALLS).contains(&connections), "{connections}");
}

fn numbered(server: &Server, number: usize) -> Request<bytes::Bytes> {
    let mut request = post(server.url("/users"), "{}");
    request.headers_mut().insert("x-number", HeaderValue::from(number));
    request
}

/// A server that closes each connection after its first answer without announcing it, and says so on a channel.
fn closing_server(runtime: &Runtime, heard: Heard) -> (Server, mpsc::UnboundedReceiver<()>) {
    let (closed, was_closed) = mpsc::unbounded_channel();
    let server = runtime.block_on(Server::start(move |mut stream| {
        let (heard, closed) = (heard.clone(), closed.clone());
        async move {
            if let Some(request) = read_request(&mut stream).await {
                heard.push(header(&request, "x-number").unwrap().to_owned());
                write(&mut stream, ok("{}").as_bytes()).await;
                drop(stream);
                let _ = closed.send(());
            }
        }
    }));
    (server, was_closed)
}

#[test]
fn posts_to_a_server_that_closes_idle_connections_arrive_exactly_once() {
    let (runtime, heard) = (server_runtime(), Heard::default());
    let (server, mut was_closed) = closing_server(&runtime, heard.clone());
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let transport = transport(|builder| builder);
        for number in 0..100 {
            transport.send(numbered(&server, number)).await.unwrap();
            was_closed.recv().await.unwrap();
            // Lets the runtime look at its sockets, so that the next request meets a connection known to be closed.
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(heard.all(), (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn posts_that_race_with_the_closing_arrive_at_most_once() {
    let (runtime, heard) = (server_runtime(), Heard::default());
    let (server, _was_closed) = closing_server(&runtime, heard.clone());
    let results = Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let transport = transport(|builder| builder);
        let mut results = Vec::new();
        for number in 0..100 {
            results.push(transport.send(numbered(&server, number)).await);
        }
        results
    });
    let mut copies: HashMap<String, usize> = HashMap::new();
    for number in heard.all() {
        *copies.entry(number).or_default() += 1;
    }
    for (number, result) in results.iter().enumerate() {
        let copies = copies.get(&number.to_string()).copied().unwrap_or_default();
        match result {
            Ok(_) => assert_eq!(copies, 1, "request {number}"),
            // Where the race was lost, the error must own up to it.
            Err(error) => {
                assert!(copies <= 1, "request {number}");
                assert_eq!(error.kind(), TransportErrorKind::Interrupted, "request {number}");
                assert!(error.outcome_unknown());
            }
        }
    }
}

async fn send(transport: &HyperTransport, server: &Server) {
    assert_eq!(transport.send(get(server.url("/"))).await.unwrap().status(), 200);
}

#[test]
fn a_transport_outlives_the_runtime_of_its_connections() {
    let runtime = server_runtime();
    let (server, connections) = runtime.block_on(keeping_server());
    let transport = transport(|builder| builder);
    for _ in 0..10 {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(send(&transport, &server));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 10);
}

#[test]
fn a_connection_of_a_runtime_that_nobody_drives_is_left_alone() {
    let runtime = server_runtime();
    let (server, connections) = runtime.block_on(keeping_server());
    let transport = transport(|builder| builder);
    let idle = Builder::new_current_thread().enable_all().build().unwrap();
    idle.block_on(send(&transport, &server));
    // `idle` is alive, but its connections make no progress now.
    let other = Builder::new_current_thread().enable_all().build().unwrap();
    other.block_on(send(&transport, &server));
    assert_eq!(connections.load(Ordering::SeqCst), 2);
    // Each runtime still has its own.
    idle.block_on(send(&transport, &server));
    other.block_on(send(&transport, &server));
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}
