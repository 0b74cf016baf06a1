import Synchronization

/// Notices that the process by which dumpTextPass.php fetches texts gives none.
///
/// The script starts it anew five times for a text, with five seconds in between, and then goes on to the next text, however
/// often that happens. Of the texts that are lost in that way nobody knows whether they could be read, so the first one is
/// reason enough to stop: the script itself reads them as well, and then says what is wrong.
final class TextFetcherWatch: Sendable {
    private let lines = Mutex<(lost: String?, last: String?)>((nil, nil))

    /// Looks at a line that the script or the process wrote to standard error.
    func note(_ event: CommandEvent) {
        guard case .line(_, let line) = event else { return }
        lines.withLock { lines in
            if line.contains("getting/checking text"), line.contains("failed") {
                if !line.contains("Will retry") { lines.lost = lines.lost ?? line }
            } else if !line.contains("Spawning database subprocess"), !line.isEmpty {
                lines.last = line
            }
        }
    }

    /// What was lost, and what was said last before that; nil if nothing was lost.
    var finding: String? {
        lines.withLock { lines in
            lines.lost.map { lost in lost + (lines.last.map { "; before that: \($0)" } ?? "") }
        }
    }
}
