use std::time::Duration;

use http::StatusCode;

use crate::client::CallOptions;
use crate::{Client, Error, ListOperation, Listing, Operation, Response};

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
    /// The list page by page, each fetched when it is asked for. A page that comes twice is an error.
    pub fn pages(self) -> Listing<Vec<O::Item>> {
        self.pages_with_response().map(|page| page.value)
    }

    /// [`pages`](Self::pages), each with status, headers and request id.
    pub fn pages_with_response(self) -> Listing<Response<Vec<O::Item>>> {
        let Self { client, operation, options } = self;
        Listing::of(async move |outlet| {
            let mut next = Some(operation);
            let mut previous = None;
            while let Some(operation) = next {
                let (output, around) = operation.run(&client, options).await?.split();
                let (items, following) = operation.page(output)?;
                let first = items.first().and_then(O::key);
                if first.is_some() && first == previous {
                    return Err(Error::incomplete(O::META, StatusCode::OK, "the server gave the same page twice"));
                }
                outlet.give(around.map(|()| items)).await;
                (next, previous) = (following, first);
            }
            Ok(())
        })
    }

    /// The list element by element.
    ///
    /// ```
    /// # use tenable_api::identity_exposure::IdentityExposure;
    /// # async fn example(client: IdentityExposure) -> Result<(), tenable_api::Error> {
    /// let mut users = client.users().list().items();
    /// while let Some(user) = users.try_next().await? {
    ///     println!("{}", user.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(self) -> Listing<O::Item> {
        let mut pages = self.pages_with_response();
        Listing::of(async move |outlet| {
            while let Some(page) = pages.try_next().await? {
                for item in page.value {
                    outlet.give(item).await;
                }
            }
            Ok(())
        })
    }
}
