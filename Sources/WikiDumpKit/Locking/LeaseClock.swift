import MWBzUtils
import SystemPackage

/// Tells when an ``OwnerFile`` was touched, and what time it is now.
enum LeaseClock: Sendable {
    /// That of the file server. The clocks of the machines may differ, but all of them see its times. What the clock of this
    /// machine says is an estimate.
    case fileServer(estimate: any WallClock)
    /// Another clock, such as one of a test.
    case given(any WallClock)

    /// The clock of a machine stands for that of the file server; any other clock is taken as it is.
    init(_ clock: any WallClock) { self = clock is any MachineClock ? .fileServer(estimate: clock) : .given(clock) }

    /// Whether an owner that touched its file at some time has been silent for too long.
    ///
    /// By the clock of the file server, no living owner touches a file in the future. Another clock may have gone back.
    func isSilent(since touched: UTCTime, now: UTCTime, for limit: Int64) -> Bool {
        if now.seconds - touched.seconds > limit { return true }
        guard case .fileServer = self else { return false }
        return touched.seconds - now.seconds > limit
    }

    /// The time now.
    /// - Parameter folder: A folder on the file server in which this process may make files.
    func now(in folder: FilePath, on fileSystem: FileSystem) throws(DumpError) -> UTCTime {
        guard case .fileServer = self else { return estimate }
        // Only a file that is written now tells the time of the server.
        let path = fileSystem.calls.temporaryName(for: folder.appending("time"))
        do throws(Errno) {
            let file = try fileSystem.calls.open(path, .createNew(WikiDirectories.privateFilePermissions))
            defer {
                try? file.close()
                try? fileSystem.calls.unlink(path)
            }
            return UTCTime(seconds: try file.status().seconds)
        } catch {
            throw DumpError(error, "cannot make a file in \(folder) to learn the time of the file server")
        }
    }

    /// The time as this machine knows it.
    var estimate: UTCTime {
        switch self {
        case .fileServer(let clock), .given(let clock): clock.now()
        }
    }

    /// Sets the time of a file to now.
    func touch(_ path: FilePath, on fileSystem: FileSystem) throws(DumpError) {
        switch self {
        case .given(let clock): try fileSystem.setTime(of: path, to: clock.now())
        case .fileServer:
            do throws(Errno) { try fileSystem.calls.touch(path) } catch {
                throw DumpError(error, "cannot touch \(path)")
            }
        }
    }
}
