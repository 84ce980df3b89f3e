//! Answers with the names of those who gave them.

use std::{
    borrow::Borrow,
    sync::{Arc, Mutex, PoisonError},
};

use hookspec::{Arguments, AsyncHook, Collect, FirstResult, HookSpec, Mode, PlainHook};

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

/// Those who have answered, in that order.
#[derive(Default)]
struct Names(Mutex<Vec<Arc<str>>>);

impl Heard for Names {
    fn answered(&self, plugin: &Arc<str>) {
        // A name is added whole or not at all.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(plugin));
    }
}

impl Names {
    fn into_inner(self) -> Vec<Arc<str>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whose each answer is; nobody's where a wrapper has made another list of them.
    fn of_all<T>(self, answers: Vec<T>) -> Vec<NamedAnswer<T>> {
        let names = self.into_inner();
        let is_known = names.len() == answers.len();
        let names = names.into_iter().filter(|_| is_known).map(|name| Some(name.to_string()));
        let answers = names.chain(std::iter::repeat(None)).zip(answers);
        answers.map(|(plugin, answer)| NamedAnswer { plugin, answer }).collect()
    }

    /// Says whose the first result is: the last who was asked gave it.
    fn of_first<T>(self, answer: Option<T>) -> Option<NamedAnswer<T>> {
        let plugin = self.into_inner().pop().map(|name| name.to_string());
        answer.map(|answer| NamedAnswer { plugin, answer })
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
        self.make_ready();
        self.call_named_loaded(args)
    }

    /// The same of those that are loaded.
    pub(crate) fn call_named_loaded(&self, args: &H::Args) -> Result<Vec<NamedAnswer<H::Output>>, HookError>
    where
        H: HookSpec<Mode = Collect>,
    {
        drop(self.slot.update(H::NAME));
        let heard = Names::default();
        let order = self.slot.without(&self.without);
        let answers = self.call_order(&order, args.cross().borrow(), &heard)?;
        Ok(heard.of_all(answers))
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
        self.make_ready();
        let heard = Names::default();
        let order = self.slot.without(&self.without);
        let answer = self.call_order(&order, args.cross().borrow(), &heard)?;
        let heard = if order.wrappers.is_empty() { heard } else { Names::default() };
        Ok(heard.of_first(answer))
    }
}

impl<H: AsyncHook> HookCaller<H> {
    /// Calls the hookimpls as [`call_async`](Self::call_async) does. Each answer comes with the plugin
    /// that gave it.
    ///
    /// # Errors
    /// As [`call_async`](Self::call_async).
    pub fn call_named_async(
        &self,
        args: &H::Args,
    ) -> impl Future<Output = Result<Vec<NamedAnswer<H::Output>>, HookError>> + Send + 'static + use<H>
    where
        H::Mode: Mode<H::Output, Results = Vec<H::Output>>,
    {
        let call = self.later(args, Names::default());
        async move { call.await.map(|(answers, heard)| heard.of_all(answers)) }
    }

    /// Calls the hookimpls as [`call_async`](Self::call_async) does. The first result comes with the
    /// plugin that gave it.
    ///
    /// # Errors
    /// As [`call_async`](Self::call_async).
    pub fn call_first_named_async(
        &self,
        args: &H::Args,
    ) -> impl Future<Output = Result<Option<NamedAnswer<H::Output>>, HookError>> + Send + 'static + use<H>
    where
        H::Mode: Mode<H::Output, Results = Option<H::Output>>,
    {
        let call = self.later(args, Names::default());
        async move { call.await.map(|(answer, heard)| heard.of_first(answer)) }
    }
}
