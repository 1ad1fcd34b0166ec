/// Declares the setters of a request struct twice from one line each: on the struct, and on the call that carries it.
///
/// `name(argument: Type) => field = value;`, where `value` may use the argument; a setter without argument has `name()`.
macro_rules! setters {
    ($operation:ident { $($(#[$doc:meta])* $name:ident $arguments:tt => $field:ident = $value:expr;)* }) => {
        impl $operation {
            $(setters! { @struct $(#[$doc])* $name $arguments => $field = $value; })*
        }

        impl $crate::Call<$operation> {
            $(setters! { @call $(#[$doc])* $name $arguments; })*
        }
    };
    (@struct $(#[$doc:meta])* $name:ident ($($argument:ident: $type:ty)?) => $field:ident = $value:expr;) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self $(, $argument: $type)?) -> Self {
            self.$field = $value;
            self
        }
    };
    (@call $(#[$doc:meta])* $name:ident ($($argument:ident: $type:ty)?);) => {
        $(#[$doc])*
        #[allow(deprecated, reason = "a setter that is, is so in both places")]
        pub fn $name(mut self $(, $argument: $type)?) -> Self {
            self.operation = self.operation.$name($($argument)?);
            self
        }
    };
}

pub(crate) use setters;
