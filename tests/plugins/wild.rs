//! A plugin that offers what the variable `FIXTURE` says: commands whose names, texts or numbers no
//! host can take, beside one that is as it should be (`tame`), and a usage event that answers
//! itself.

use std::env;

use hookspec::{
    Failed, Hooks, Host, Plugin, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource, PluginCommands},
    specs::{BeforeCommandRun, Usage, UsageEvent},
};

const HOSTILE: &str = "red\u{1b}[31m\u{9b}2J\u{202e}txt\nerror: forged";

struct Wild(Host);

fn is_told(word: &str) -> bool {
    env::var("FIXTURE").is_ok_and(|told| told == word)
}

impl Plugin for Wild {
    fn new(host: Host) -> Result<Self> {
        Ok(Self(host))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(PluginCommands, |_, _| Ok(commands()));
        hooks.on(BeforeCommandRun, |wild: &Self, _| {
            if is_told("echo") || is_told("echoes") || is_told("threads") {
                UsageEvent::raise(&wild.0, "again", Vec::new(), None);
            }
            if is_told("unwilling") {
                for _ in 0..3 {
                    UsageEvent::raise(&wild.0, "again", Vec::new(), None);
                }
            }
            if is_told("failure") {
                return Err(Failed::new(HOSTILE));
            }
            Ok(())
        });
        hooks.on(UsageEvent, |wild: &Self, usage| wild.answer(usage));
    }
}

impl Wild {
    /// Whoever hears of an event raises the same.
    fn answer(&self, usage: &Usage) -> Result<bool> {
        let again = |host: &Host| host.call(UsageEvent, Usage::of(host.plugin(), "again", Vec::new(), None));
        if is_told("echo") {
            return Ok(!again(&self.0)?.is_empty());
        }
        if is_told("echoes") {
            // Twice as many with each step, and no word of what fails.
            return Ok([(); 2].iter().all(|()| again(&self.0).is_ok()));
        }
        if is_told("threads") {
            let host = self.0.clone();
            return Ok(std::thread::spawn(move || again(&host).is_ok()).join().unwrap_or(false));
        }
        if is_told("unwilling") {
            return Err(Failed::new("never"));
        }
        Ok(!usage.name().is_empty())
    }
}

fn commands() -> Vec<PluginCommand> {
    let named = |name: &str| Command { name: name.to_owned(), ..Command::default() };
    let mut commands = match env::var("FIXTURE").as_deref() {
        Ok("help") => vec![named("help")],
        Ok("own") => vec![named("catalog")],
        Ok("twice") => vec![named("double"), named("double")],
        Ok("names") => {
            ["", "two words", "two\nlines", HOSTILE, "-dash", "ünïcode", &"x".repeat(1 << 21)].map(named).into()
        }
        Ok("subcommands") => {
            vec![Command { commands: ["help", "a b", "twin", "twin"].map(named).into(), ..named("above") }]
        }
        Ok("options") => {
            let options = ["--fine", "-f", "--help", "fine", "--", "--a b", "--fine", HOSTILE].map(str::to_owned);
            vec![Command { options: options.into(), ..named("optional") }]
        }
        Ok("itself") => vec![Command { itself: true, ..named("itself") }],
        Ok("many") => (0..100_000).map(|number| named(&format!("c{number}"))).collect(),
        Ok("broad") => {
            let commands = (0..100_000).map(|number| named(&format!("c{number}"))).collect();
            vec![Command { commands, ..named("broad") }]
        }
        Ok("crowded") => {
            let options = (0..100_000).map(|number| format!("--o{number}")).collect();
            vec![Command { options, ..named("crowded") }]
        }
        Ok("texts") => vec![Command { text: HOSTILE.repeat(100_000), ..named("texts") }],
        _ => Vec::new(),
    };
    commands.push(named("tame"));
    commands.into_iter().map(PluginCommand::new).collect()
}

#[derive(Clone, Default)]
struct Command {
    name: String,
    text: String,
    options: Vec<String>,
    commands: Vec<Command>,
    /// Whether it is among its own subcommands.
    itself: bool,
}

impl PluginCommandSource for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn about(&self) -> &str {
        &self.text
    }

    fn usage(&self) -> &str {
        &self.text
    }

    fn help(&self) -> &str {
        &self.text
    }

    fn options(&self) -> Vec<&str> {
        self.options.iter().map(String::as_str).collect()
    }

    fn commands(&self) -> Vec<PluginCommand> {
        if self.itself {
            // Once more under another name, so that neither is there twice.
            let other = Self { name: "again".to_owned(), ..self.clone() };
            return vec![PluginCommand::new(self.clone()), PluginCommand::new(other)];
        }
        self.commands.iter().cloned().map(PluginCommand::new).collect()
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        call.print(&format!("{} {}\n", self.name, call.args().join(" ")))?;
        Ok(0)
    }
}

hookspec::export_plugin!(Wild, name = "wild", settings = ["colour", "taste"]);
