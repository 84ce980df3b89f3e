//! Answers with the names of those who gave them.

use std::sync::{Arc, Mutex, PoisonError};

use hookspec::{
    Collect, HookSpec, Wire,
    abi::{Failure, Function, Function_TO, Next, Object, RArc, RBox, ROk, RResult, TD_Opaque, Value},
};

use super::{HookCaller, Order};
use crate::{error::HookError, manager::hookimpl::HookImpl};

/// An answer, and the plugin that gave it; `None` where that is not known.
pub(crate) type Named<T> = (Option<String>, T);

impl<H: HookSpec<Mode = Collect>> HookCaller<H> {
    /// Calls the hookimpls as [`call`](Self::call) does. Each answer comes with the plugin that gave
    /// it; with `None` where that is not known, because a wrapper has made another list of them.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub(crate) fn call_named(&self, args: &H::Args) -> Result<Vec<Named<H::Output>>, HookError> {
        let order = self.slot.order().without(&self.without);
        let answered = Arc::new(Mutex::new(Vec::new()));
        let plain = order.plain.iter().map(|hookimpl| noting::<H>(hookimpl, &answered)).collect();
        let answers = self.call_order(&Order { plain, ..order }, args)?;
        let names = std::mem::take(&mut *answered.lock().unwrap_or_else(PoisonError::into_inner));
        let is_known = names.len() == answers.len();
        let names = names.into_iter().filter(|_| is_known).map(Some).chain(std::iter::repeat(None));
        Ok(names.zip(answers).collect())
    }
}

/// The same hookimpl, which notes that it has answered.
fn noting<H: HookSpec<Mode = Collect>>(hookimpl: &Arc<HookImpl>, answered: &Arc<Mutex<Vec<String>>>) -> Arc<HookImpl> {
    let is_answer = |value: Value<'static>| H::Output::from_value(value).is_ok();
    let noting = Noting { hookimpl: Arc::clone(hookimpl), answered: Arc::clone(answered), is_answer };
    Arc::new(HookImpl::extra(&hookimpl.plugin, Function_TO::from_ptr(RArc::new(noting), TD_Opaque)))
}

struct Noting {
    hookimpl: Arc<HookImpl>,
    answered: Arc<Mutex<Vec<String>>>,
    /// Whether the value is one that counts.
    is_answer: fn(Value<'static>) -> bool,
}

impl Function for Noting {
    fn call(&self, args: &Object) -> RResult<Value<'static>, RBox<Failure>> {
        let answer = self.hookimpl.function.call(args);
        if let ROk(value) = &answer
            && (self.is_answer)(value.clone())
        {
            self.answered.lock().unwrap_or_else(PoisonError::into_inner).push(self.hookimpl.plugin.to_string());
        }
        answer
    }

    fn wrap(&self, args: &Object, next: &Next<'_>) -> RResult<Value<'static>, RBox<Failure>> {
        self.hookimpl.function.wrap(args, next)
    }
}
