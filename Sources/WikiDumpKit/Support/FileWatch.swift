import Synchronization
import SystemPackage

/// Counts what costs most on a file server: folders that are listed, and files that are opened.
final class FileWatch: Sendable {
    /// What is counted.
    enum Access: Sendable, Hashable {
        case list, open
    }

    private let counts = Mutex<[Access: [FilePath: Int]]>([:])

    func note(_ access: Access, _ path: FilePath) {
        counts.withLock { $0[access, default: [:]][path, default: 0] += 1 }
    }

    /// How often a path was met.
    func counts(_ access: Access) -> [FilePath: Int] { counts.withLock { $0[access] ?? [:] } }
}
