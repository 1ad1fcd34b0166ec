/// Declares the setters of a request struct twice from one line each: on the struct, and on the call that carries it.
///
/// `name(argument: Type) => field = value;`, where `value` may use the argument; a setter without argument has `name()`, one that sets
/// two fields at once has two of each, with commas between.
macro_rules! setters {
    ($operation:ident { $($(#[$doc:meta])* $name:ident $arguments:tt => $($field:ident = $value:expr),+;)* }) => {
        impl $operation {
            $(setters! { @struct $(#[$doc])* $name $arguments => $($field = $value),+; })*
        }

        impl $crate::Call<$operation> {
            $(setters! { @call $(#[$doc])* $name $arguments; })*
        }
    };
    (@struct $(#[$doc:meta])* $name:ident ($($argument:ident: $type:ty),*) => $($field:ident = $value:expr),+;) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self $(, $argument: $type)*) -> Self {
            $(self.$field = $value;)+
            self
        }
    };
    (@call $(#[$doc:meta])* $name:ident ($($argument:ident: $type:ty),*);) => {
        $(#[$doc])*
        #[allow(deprecated, reason = "a setter that is, is so in both places")]
        pub fn $name(mut self $(, $argument: $type)*) -> Self {
            self.operation = self.operation.$name($($argument),*);
            self
        }
    };
}

/// Declares the setter of fields that the contract does not know, on a request struct and on the call that carries it.
macro_rules! open_request {
    ($operation:ident) => {
        impl $operation {
            /// Sets a field that this release does not know. It is sent as it is; one that the release knows is refused.
            #[must_use]
            pub fn extra_field(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.extra.insert(name, value);
                self
            }
        }

        impl $crate::Call<$operation> {
            /// Sets a field that this release does not know. It is sent as it is; one that the release knows is refused.
            pub fn extra_field(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.operation = self.operation.extra_field(name, value);
                self
            }
        }
    };
}

pub(crate) use {open_request, setters};
