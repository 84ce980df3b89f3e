//! Asking what may not answer: in threads that can be left behind in whatever they wait for.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, mpsc},
    thread,
    time::Instant,
};

/// So many are asked at once.
const ROUND: usize = 32;

/// What `answer` says for each of these, of those that come within a round's time.
pub fn ask_each<Q, A>(
    questions: &[Q],
    answer: &Arc<impl Fn(&Q) -> A + Send + Sync + 'static>,
    until: impl Fn() -> Instant,
) -> HashMap<Q, A>
where
    Q: Clone + Eq + Hash + Send + 'static,
    A: Send + 'static,
{
    let mut answers = HashMap::new();
    for round in questions.chunks(ROUND) {
        let until = until();
        let (sender, receiver) = mpsc::channel();
        for question in round {
            let (answer, sender, question) = (Arc::clone(answer), sender.clone(), question.clone());
            // Where no thread can be started, there is no answer.
            let _ = thread::Builder::new().spawn(move || {
                let answer = answer(&question);
                let _ = sender.send((question, answer));
            });
        }
        drop(sender);
        while let Ok((question, answer)) = receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            answers.insert(question, answer);
        }
    }
    answers
}
