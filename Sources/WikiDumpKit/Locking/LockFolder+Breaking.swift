import CLibrary
import SystemPackage

extension LockFolder {
    /// Every claim on the wiki, of any date. A name that does not end in a day of the calendar is no claim.
    /// - Throws: ``DumpError`` with code `fileSystem` if something else than a file has the name of a lock.
    func claims() throws(DumpError) -> [LockClaim] {
        let names = try FileSystem.list(path)
        let companions = names.filter { $0.hasPrefix(Self.companionPrefix) }
        var claims: [LockClaim] = []
        for name in names where Self.date(ofLock: name) != nil {
            if let claim = try LockClaim(path.appending(name), companions: companions) { claims.append(claim) }
        }
        return claims
    }

    /// Removes a claim, if it is still the one that was looked at.
    /// - Parameter force: whether a claim that was touched since then is removed as well.
    /// - Returns: whether it was removed. false if it is gone, or was put back.
    @discardableResult
    func remove(_ claim: LockClaim, force: Bool) throws(DumpError) -> Bool {
        let aside = path.appending(
            "\(Self.brokenPrefix)\(getpid())_\(String(UInt64.random(in: .min ... .max), radix: 36))")
        guard unsafe rename(claim.path.string, aside.string) == 0 else {
            let error = Errno(rawValue: errno)
            if error == .noSuchFileOrDirectory { return false }
            throw DumpError(error, "cannot remove the lock file \(claim.path)")
        }
        let moved = try LockClaim(aside, companions: [])
        let isSame =
            moved.map {
                $0.identity == claim.identity && $0.text == claim.text && (force || $0.touched == claim.touched)
            }
            ?? true
        if !isSame {
            // link, unlike rename, does not put it over a lock that was made in the meantime.
            _ = unsafe link(aside.string, claim.path.string)
        }
        try FileSystem.remove(aside)
        if isSame { try removeCompanions { $0 == claim.identity } }
        return isSame
    }

    /// Removes hidden names that dead processes left without a lock, and what a breaker that died had renamed.
    func sweepCompanions(except own: String, olderThan age: Int64, now: UTCTime, host: String) throws(DumpError) {
        let held = try claims().map(\.identity)
        for name in try FileSystem.list(path)
        where name != own && (name.hasPrefix(Self.companionPrefix) || name.hasPrefix(Self.brokenPrefix)) {
            let file = path.appending(name)
            guard let status = try FileSystem.status(file), !held.contains(status.identity) else { continue }
            // A process of this machine that runs may be about to use its name. Of others only the age is known.
            let owner = Self.owner(ofCompanion: name)
            let isAbandoned =
                owner?.host == host
                ? owner?.isRunning == false : now.seconds - status.modified.seconds > age
            if isAbandoned { try FileSystem.remove(file) }
        }
    }

    private func removeCompanions(where isMeant: ([UInt64]) -> Bool) throws(DumpError) {
        for name in try FileSystem.list(path) where name.hasPrefix(Self.companionPrefix) {
            let file = path.appending(name)
            if let status = try FileSystem.status(file), isMeant(status.identity) { try FileSystem.remove(file) }
        }
    }
}
