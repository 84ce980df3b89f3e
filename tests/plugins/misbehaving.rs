//! A plugin that does what the variable `FIXTURE` says while it starts; nothing without it.

use std::{
    env,
    io::{self, Write},
    process::{self, Command},
    thread,
};

use hookspec::{Hooks, Host, Plugin, Result};

mod other {
    //! Hooks that the host does not have, or has in another form.
    hookspec::views! {
        /// A run as nobody else sees it.
        pub view Run of RunSource {
            /// How many words were typed.
            fn count(&self) -> i64;
        }
    }

    hookspec::hookspecs! {
        /// The host's hook, with another argument.
        pub hook BeforeCommandRun = "before_command_run" fn(Run);
        /// A hook that the host does not have.
        pub hook BeforeTea = "before_tea" fn(Run);
        /// Another.
        pub hook AfterTea = "after_tea" fn(Run);
    }
}

struct Misbehaving;

fn is_told(word: &str) -> bool {
    env::var("FIXTURE").is_ok_and(|told| told == word)
}

/// Starts a program that nobody waits for.
fn spawn(program: &str, args: &[&str]) -> io::Result<()> {
    Command::new(program).args(args).spawn().map(drop)
}

impl Plugin for Misbehaving {
    fn new(_: Host) -> Result<Self> {
        if is_told("abort") {
            process::abort();
        }
        if is_told("exit") {
            process::exit(0);
        }
        while is_told("hang") {
            thread::park();
        }
        if is_told("leave") {
            // In the same group of processes, and in a session of its own: both hold what is open.
            spawn("sleep", &["90"])?;
            spawn("setsid", &["sleep", "90"])?;
        }
        while is_told("flood") {
            // Goes on when nobody reads any more.
            let _ = io::stdout().write_all(&[b'x'; 1 << 12]);
        }
        if is_told("print") {
            println!("hello from the plugin");
        }
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        if is_told("differ") {
            hooks.on(other::BeforeCommandRun, |_, _| Ok(()));
        }
        hooks.on(hookspec::specs::AfterCommandRun, |_, _| Ok(())).try_first().before("noop");
        hooks.on(other::BeforeTea, |_, _| Ok(()));
        hooks.on(other::AfterTea, |_, _| Ok(())).optional();
    }
}

hookspec::export_plugin!(Misbehaving, name = "misbehaving");
