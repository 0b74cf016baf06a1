import Synchronization
import SystemPackage

/// Counts the most expensive operations on a file server: listing folders and opening files.
final class FileWatch: Sendable {
    /// The counted operations.
    enum Access: Sendable, Hashable {
        case list, open
    }

    private let counts = Mutex<[Access: [FilePath: Int]]>([:])

    func note(_ access: Access, _ path: FilePath) {
        counts.withLock { $0[access, default: [:]][path, default: 0] += 1 }
    }

    /// How often each path was accessed.
    func counts(_ access: Access) -> [FilePath: Int] { counts.withLock { $0[access] ?? [:] } }
}
