//! What is traced on the thread of a test.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;

thread_local! {
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes down what is traced on a thread.
///
/// For all threads at once, as tests on other threads pass the same places of the code: the first to come decides for all whether
/// anyone listens there.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes down everything from now on.
pub(crate) fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        // Without times, whose digits could be those of a secret.
        let subscriber = tracing_subscriber::fmt().without_time().with_max_level(tracing::Level::TRACE);
        let subscriber = subscriber.with_writer(|| Log).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        // Of places that a test came by meanwhile.
        tracing::callsite::rebuild_interest_cache();
    });
}

/// What was written down on this thread.
pub(crate) fn written() -> String {
    LOG.with_borrow(|log| String::from_utf8_lossy(log).into_owned())
}
