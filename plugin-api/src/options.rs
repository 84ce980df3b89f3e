//! The options of a hookimpl: its place among the others, and what it is.

use crate::abi::{HookOption, RVec};

/// The options of one hookimpl, as its plugin set them.
///
/// They cross as names with values, so that a later version can have more. An option that is not
/// known here is of a later version; the hookimpl is whole without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookImplOptions {
    /// Whether it comes before or after those that do not say so.
    pub rank: HookImplRank,
    /// Plugins whose hookimpls are called after it.
    pub before: Vec<String>,
    /// Plugins whose hookimpls are called before it.
    pub after: Vec<String>,
    /// Whether it surrounds the other hookimpls.
    pub is_wrapper: bool,
    /// Whether the host may lack the hook without reporting it.
    pub is_optional: bool,
}

/// In which of three groups a hookimpl is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookImplRank {
    /// Before the others.
    First,
    /// Where it does not matter.
    #[default]
    Normal,
    /// After the others.
    Last,
}

const TRY_FIRST: &str = "try_first";
const TRY_LAST: &str = "try_last";
const BEFORE: &str = "before";
const AFTER: &str = "after";
const WRAPPER: &str = "wrapper";
const OPTIONAL: &str = "optional";

impl HookImplOptions {
    /// Reads the options as they crossed.
    #[doc(hidden)]
    #[must_use]
    pub fn read(options: &[HookOption]) -> Self {
        let has = |name: &str| options.iter().any(|option| option.name == name);
        let values = |name: &str| {
            options.iter().filter(|option| option.name == name).map(|option| option.value.to_string()).collect()
        };
        let rank = match (has(TRY_FIRST), has(TRY_LAST)) {
            (true, false) => HookImplRank::First,
            (false, true) => HookImplRank::Last,
            _ => HookImplRank::Normal,
        };
        Self {
            rank,
            before: values(BEFORE),
            after: values(AFTER),
            is_wrapper: has(WRAPPER),
            is_optional: has(OPTIONAL),
        }
    }

    /// As people read them: name and value, which is empty for options that have none.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let rank = match self.rank {
            HookImplRank::First => Some((TRY_FIRST, "")),
            HookImplRank::Normal => None,
            HookImplRank::Last => Some((TRY_LAST, "")),
        };
        let before = self.before.iter().map(|other| (BEFORE, other.as_str()));
        let after = self.after.iter().map(|other| (AFTER, other.as_str()));
        let wrapper = self.is_wrapper.then_some((WRAPPER, ""));
        rank.into_iter().chain(before).chain(after).chain(wrapper).chain(self.is_optional.then_some((OPTIONAL, "")))
    }
}

/// Sets the options of one hookimpl, one after the other.
pub struct SetHookImplOptions<'a>(&'a mut RVec<HookOption>);

impl<'a> SetHookImplOptions<'a> {
    pub(crate) fn new(options: &'a mut RVec<HookOption>) -> Self {
        Self(options)
    }

    /// To be called before hookimpls that do not say so.
    pub fn try_first(self) -> Self {
        self.option(TRY_FIRST, "")
    }

    /// To be called after hookimpls that do not say so.
    pub fn try_last(self) -> Self {
        self.option(TRY_LAST, "")
    }

    /// To be called before those of the plugin `other`; of no effect when it is absent.
    pub fn before(self, other: &str) -> Self {
        self.option(BEFORE, other)
    }

    /// To be called after those of the plugin `other`; of no effect when it is absent.
    pub fn after(self, other: &str) -> Self {
        self.option(AFTER, other)
    }

    /// Not to be reported when the host does not know the hook.
    pub fn optional(self) -> Self {
        self.option(OPTIONAL, "")
    }

    pub(crate) fn wrapper(self) -> Self {
        self.option(WRAPPER, "")
    }

    fn option(self, name: &str, value: &str) -> Self {
        self.0.push(HookOption { name: name.into(), value: value.into() });
        self
    }
}
