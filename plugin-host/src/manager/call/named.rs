//! Answers with the names of those who gave them.

use std::{borrow::Borrow, cell::RefCell, sync::Arc};

use hookspec::{Arguments, Collect, FirstResult, HookSpec, PlainHook};

use super::{HookCaller, run::Heard};
use crate::error::HookError;

/// An answer, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedAnswer<T> {
    /// The plugin; `None` where a wrapper has made another list of answers, or the answer itself.
    pub plugin: Option<String>,
    /// What it answered.
    pub answer: T,
}

impl Heard for RefCell<Vec<Arc<str>>> {
    fn answered(&self, plugin: &Arc<str>) {
        self.borrow_mut().push(Arc::clone(plugin));
    }
}

impl<H: PlainHook> HookCaller<H> {
    /// Calls the hookimpls as [`call`](Self::call) does. Each answer comes with the plugin that gave
    /// it.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_named(&self, args: &H::Args) -> Result<Vec<NamedAnswer<H::Output>>, HookError>
    where
        H: HookSpec<Mode = Collect>,
    {
        let heard = RefCell::default();
        let order = self.slot.order().without(&self.without);
        let answers = self.call_order(&order, args.cross().borrow(), &heard)?;
        let names = heard.into_inner();
        let is_known = names.len() == answers.len();
        let names = names.into_iter().filter(|_| is_known).map(|name| Some(name.to_string()));
        let answers = names.chain(std::iter::repeat(None)).zip(answers);
        Ok(answers.map(|(plugin, answer)| NamedAnswer { plugin, answer }).collect())
    }

    /// Calls the hookimpls as [`call`](Self::call) does. The first result comes with the plugin that
    /// gave it.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_first_named(&self, args: &H::Args) -> Result<Option<NamedAnswer<H::Output>>, HookError>
    where
        H: HookSpec<Mode = FirstResult>,
    {
        let heard = RefCell::default();
        let order = self.slot.order().without(&self.without);
        let answer = self.call_order(&order, args.cross().borrow(), &heard)?;
        let plugin = heard.into_inner().pop().filter(|_| order.wrappers.is_empty());
        let plugin = plugin.map(|name| name.to_string());
        Ok(answer.map(|answer| NamedAnswer { plugin, answer }))
    }
}
