//! What only Linux has.

pub(crate) fn is_zombie(number: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{number}/stat")) else { return false };
    // `42 (name) Z 1 …`: the state, and the process that is to wait for it (proc_pid_stat(5)).
    let Some((_, behind_name)) = stat.rsplit_once(") ") else { return false };
    let mut fields = behind_name.split(' ');
    (fields.next(), fields.next()) == (Some("Z"), Some("1"))
}
