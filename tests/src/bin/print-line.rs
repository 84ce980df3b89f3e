//! Prints a line and does nothing else: the least that a command of any program costs.

fn main() {
    println!("a line");
}
