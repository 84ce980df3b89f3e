//! What is compiled for tests only, and so does not count.

use syn::{Attribute, ImplItem, Item, Meta, Stmt, Token, TraitItem, punctuated::Punctuated};

/// Whether there is `#[cfg(test)]`, or `all(…)` with `test` in it.
pub fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg") && needs_test(&attribute.meta))
}

/// Whether the condition within `cfg(…)` or `all(…)` asks for `test`.
fn needs_test(meta: &Meta) -> bool {
    let Meta::List(list) = meta else { return meta.path().is_ident("test") };
    let is_all = list.path.is_ident("all") || list.path.is_ident("cfg");
    let conditions = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    is_all && conditions.is_ok_and(|conditions| conditions.iter().any(needs_test))
}

/// Whether an item of a module is for tests only; a module `tests` is, whatever it says.
pub fn is_test_item(item: &Item) -> bool {
    let is_tests = matches!(item, Item::Mod(module) if module.ident == "tests");
    is_tests || is_test_only(attributes_of_item(item))
}

/// Whether an item of an `impl` is for tests only.
pub fn is_test_impl_item(item: &ImplItem) -> bool {
    match item {
        ImplItem::Const(item) => is_test_only(&item.attrs),
        ImplItem::Fn(item) => is_test_only(&item.attrs),
        ImplItem::Type(item) => is_test_only(&item.attrs),
        ImplItem::Macro(item) => is_test_only(&item.attrs),
        _ => false,
    }
}

/// Whether an item of a trait is for tests only.
pub fn is_test_trait_item(item: &TraitItem) -> bool {
    match item {
        TraitItem::Const(item) => is_test_only(&item.attrs),
        TraitItem::Fn(item) => is_test_only(&item.attrs),
        TraitItem::Type(item) => is_test_only(&item.attrs),
        TraitItem::Macro(item) => is_test_only(&item.attrs),
        _ => false,
    }
}

/// Whether a statement is for tests only, as far as it is no item.
pub fn is_test_statement(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(local) => is_test_only(&local.attrs),
        Stmt::Macro(called) => is_test_only(&called.attrs),
        _ => false,
    }
}

fn attributes_of_item(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
