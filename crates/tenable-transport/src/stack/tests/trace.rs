//! What the logs say, and what they never say.

use std::cell::RefCell;
use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;

thread_local! {
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes down every span, field and event of a thread, of any level.
///
/// Global, as tests on other threads pass the same places of the code: the first to come decides for all whether
/// anyone listens there.
struct Log;

fn log(text: fmt::Arguments<'_>) {
    TEXT.with_borrow_mut(|log| log.write_fmt(text).unwrap());
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        log(format_args!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        log(format_args!("\nspan {}", span.metadata().name()));
        span.record(&mut Self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        log(format_args!("\nrecord"));
        values.record(&mut Self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        log(format_args!("\n{}", event.metadata().level()));
        event.record(&mut Self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn a_call_its_attempts_and_its_retry_are_told_without_contents() {
    tracing::subscriber::set_global_default(Log).unwrap();
    let script = Script::new([Step::Fail(TransportErrorKind::Interrupted), Step::Status(404)]);
    let client = script.client(|_| ());
    client.send(request(Idempotency::Removal)).await.unwrap();
    assert_eq!(
        TEXT.with_borrow(String::clone),
        "\nspan call operation=\"users.create\" method=POST path_template=/api/users/{id}\
         \nDEBUG message=failed operation=\"users.create\" attempt=1 error=Interrupted elapsed_ms=0\
         \nINFO message=sending again operation=\"users.create\" attempts=1 after=Failed(Interrupted) wait_ms=250\
         \nDEBUG message=answered operation=\"users.create\" attempt=2 status=404 elapsed_ms=0\
         \nrecord attempts=2\nrecord elapsed_ms=250\nrecord status=404"
    );

    // A request without a context is told without its path, too.
    let request = Request::get("https://acme.example/path-secret?query-secret").body(Bytes::new()).unwrap();
    client.send(request).await.unwrap();
    assert!(!TEXT.with_borrow(|log| log.contains("secret")));
}
