use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use http::StatusCode;

use crate::client::CallOptions;
use crate::{Client, Error, ListOperation, Operation, Response};

/// An operation on its way: a request bound to a client, refined by its setters and run by [`send`](Self::send).
///
/// Nothing happens before `send`. Dropping the future of `send` cancels the call; a request that was under way may have been carried
/// out all the same.
///
/// Setters of the operation's fields stand beside each operation; what starts with `with_` is an option of the call.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<O> {
    client: Client,
    pub(crate) operation: O,
    options: CallOptions,
}

impl<O> Call<O> {
    /// A call of an operation that stands as a value. The methods of the product clients' resources are the usual way to one.
    pub fn new(client: Client, operation: O) -> Self {
        Self { client, operation, options: CallOptions::default() }
    }

    /// Replaces all options of the call.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Limits this call, retries and waits included, instead of the client's limit. Of an operation that takes several requests, each
    /// of them.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.options = self.options.with_deadline(deadline);
        self
    }

    /// Takes the limit off this call.
    pub fn without_deadline(mut self) -> Self {
        self.options = self.options.without_deadline();
        self
    }

    /// Takes a deletion of what is not there as done.
    ///
    /// Of no effect on other calls, and on a deletion that names something besides, such as who gets the objects: that may be what is
    /// missing.
    pub fn with_missing_as_deleted(mut self) -> Self {
        self.options = self.options.with_missing_as_deleted();
        self
    }

    /// The request as a value, to look at, keep or send with another client.
    pub fn into_operation(self) -> O {
        self.operation
    }
}

impl<O: Operation> Call<O> {
    /// Runs the operation and gives its value.
    pub async fn send(self) -> Result<O::Output, Error> {
        Ok(self.send_with_response().await?.value)
    }

    /// Runs the operation and gives its value with status, headers and request id.
    pub async fn send_with_response(self) -> Result<Response<O::Output>, Error> {
        self.operation.run(&self.client, self.options).await
    }
}

impl<O> Call<O>
where
    O: ListOperation + Send + Sync + 'static,
    O::Output: Send,
    O::Item: Send + 'static,
{
    /// The list page by page, each fetched when it is asked for. After an error the stream ends; a page that comes twice is one. Used as [`items`](Self::items) is.
    pub fn pages(self) -> impl Stream<Item = Result<Vec<O::Item>, Error>> + Send + 'static {
        self.pages_with_response().map_ok(|page| page.value)
    }

    /// [`pages`](Self::pages), each with status, headers and request id.
    pub fn pages_with_response(self) -> impl Stream<Item = Result<Response<Vec<O::Item>>, Error>> + Send + 'static {
        let Self { client, operation, options } = self;
        stream::try_unfold(Some((operation, None)), move |next| {
            let client = client.clone();
            async move {
                let Some((operation, previous)) = next else { return Ok(None) };
                let (output, around) = operation.run(&client, options).await?.split();
                let (items, next) = operation.page(output)?;
                let first = items.first().and_then(O::key);
                if first.is_some() && first == previous {
                    return Err(Error::incomplete(O::META, StatusCode::OK, "the server gave the same page twice"));
                }
                Ok(Some((around.map(|()| items), next.map(|next| (next, first)))))
            }
        })
    }

    /// The list element by element. After an error the stream ends.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::IdentityExposure;
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// use futures_util::TryStreamExt;
    ///
    /// let mut users = std::pin::pin!(client.users().list().items());
    /// while let Some(user) = users.try_next().await? {
    ///     println!("{}", user.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(self) -> impl Stream<Item = Result<O::Item, Error>> + Send + 'static {
        self.pages().map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten()
    }
}
