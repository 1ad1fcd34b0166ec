//! What the words of the products tell before any tenant is asked. Held against the clients' own capabilities by a test.

use tenable_api::admin::Count;
use tenable_api::model::Product;

/// The words that stand for every tenant of a product.
pub(super) const PRODUCTS: [Product; 3] =
    [Product::IdentityExposure, Product::SecurityCenter, Product::VulnerabilityManagement];

/// The product that a word stands for; `None` for the name of a tenant, whose product shows when it is met.
pub(super) fn product_of(word: &str) -> Option<Product> {
    PRODUCTS.into_iter().find(|product| product.command() == word)
}

/// How many roles a user has.
pub(super) const fn roles(product: Product) -> Count {
    if matches!(product, Product::IdentityExposure) { Count::Any } else { Count::One }
}

/// How many groups a user is in.
pub(super) const fn groups(product: Product) -> Count {
    match product {
        Product::IdentityExposure => Count::None,
        Product::SecurityCenter => Count::One,
        _ => Count::Any,
    }
}

/// Whether single ways to sign in are opened and closed.
pub(super) const fn has_ways_to_sign_in(product: Product) -> bool {
    matches!(product, Product::VulnerabilityManagement)
}

/// Whether what a deleted user owns goes to somebody else.
pub(super) const fn hands_over(product: Product) -> bool {
    !matches!(product, Product::IdentityExposure)
}
