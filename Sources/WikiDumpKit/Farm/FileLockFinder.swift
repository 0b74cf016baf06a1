/// Finds the lock files in the private folders of wikis.
struct FileLockFinder: LockFinder {
    let staleAge: Int64
    let clock: any WallClock

    func locks(of wiki: any Wiki) throws(DumpError) -> [FoundLock] {
        let inspector = inspector(wiki)
        return try inspector.locksFound().map { found in
            FoundLock(date: found.date, holder: found.holder) { beforehand throws(DumpError) in
                try inspector.removeStale(found, beforehand: beforehand)
            }
        }
    }

    func whileUnlocked(_ wiki: any Wiki, _ body: () throws(DumpError) -> Void) throws(DumpError) -> Bool {
        try inspector(wiki).whileUnlocked(body)
    }

    private func inspector(_ wiki: any Wiki) -> LockInspector {
        LockInspector(privateRoot: wiki.directories.privateRoot, staleAge: staleAge, clock: clock)
    }
}
