import Crypto
import MWBzUtils

/// Reads the folders of a wiki from a disk, and finds what they claim that is not so. It shares no code with what wrote them.
struct RunInspection {
    let image: DiskImage
    let wiki: String

    private static let kinds = ["md5", "sha1", "sha256"]

    // MARK: - Reading

    /// The number of what is at a path, symbolic links not followed; nil if there is nothing.
    private func number(_ path: [String]) -> UInt64? {
        var number = DiskImage.root
        for name in path {
            guard let next = image[number]?.entries[name] else { return nil }
            number = next
        }
        return number
    }

    private func bytes(_ path: [String]) -> [UInt8]? {
        number(path).flatMap { image[$0] }.flatMap { $0.kind == .regular ? $0.bytes : nil }
    }

    private func text(_ path: [String]) -> [UInt8] { bytes(path) ?? [] }

    /// The dates of the runs, in order.
    var dates: [String] {
        (number(["public", wiki]).flatMap { image[$0] }?.entries.keys.filter { $0.utf8.count == 8 && Int($0) != nil }
            ?? [])
            .sorted()
    }

    /// Whether a run says that it is complete.
    func isDone(_ date: String) -> Bool { text(["public", wiki, date, "status.html"]).holds("class='done'") }

    // MARK: - Claims

    /// What is wrong with a run. Nothing, if it claims no more than there is.
    /// - Parameter isAfterCut: Whether a power cut may have taken hashes of jobs of a run that goes on. The next process of the run
    ///   makes them again.
    func problems(_ date: String, isAfterCut: Bool = false) -> [String] {
        let folder = ["public", wiki, date]
        let info = text(folder + ["dumpruninfo.txt"])
        let isDone = isDone(date)
        var problems: [String] = []
        for (job, names) in SimulatedJob.files {
            let says = info.holds("name:\(job); status:done;")
            if isDone, !says { problems.append("the run is done, but job \(job) is not") }
            if !says, !text(folder + ["SHA256SUMS"]).isEmpty {
                problems.append("SHA256SUMS is there, but job \(job) is not done")
            }
            guard says || isDone else { continue }
            for name in names.map({ "\(wiki)-\(date)-" + $0 }) {
                problems += self.problems(of: name, in: folder, hasHashes: isDone || !isAfterCut)
                if isDone { problems += listProblems(of: name, in: folder) }
            }
        }
        if isDone {
            if bytes(folder + ["index.html"])?.isEmpty != false { problems.append("the page is missing") }
            problems += latestProblems(notBefore: date)
        }
        return problems.map { "\(wiki) \(date): \($0)" }
    }

    /// What is wrong with a file of a job that is done.
    private func problems(of name: String, in folder: [String], hasHashes: Bool) -> [String] {
        guard let bytes = bytes(folder + [name]) else { return ["\(name) is missing"] }
        var problems: [String] = []
        if !name.hasSuffix(".gz"), bytes != SimulatedJob.content(of: name) { problems.append("\(name) is damaged") }
        guard hasHashes else { return problems }
        let certificate = text(folder + [name + ".certificate.json"])
        for (kind, hash) in zip(Self.kinds, Hashes.of(bytes)) {
            if text(folder + ["\(kind)sums-\(name).txt"]) != Array("\(hash)  \(name)\n".utf8) {
                problems.append("\(kind)sums-\(name).txt is wrong")
            }
            if !certificate.holds("\"\(kind)\": \"\(hash)\"") { problems.append("the certificate of \(name) is wrong") }
        }
        return problems
    }

    /// What the lists of a complete run say wrongly about a file.
    private func listProblems(of name: String, in folder: [String]) -> [String] {
        guard let bytes = bytes(folder + [name]) else { return [] }
        var problems: [String] = []
        let status = text(folder + ["dumpstatus.json"])
        if !status.holds("\"\(name)\": {\"size\": \(bytes.count), \"url\"") {
            problems.append("dumpstatus.json lacks \(name)")
        }
        let manifest = text(folder + ["manifest.json"])
        if !text(folder + ["SHA256SUMS"]).holds("\(Hashes.of(bytes)[2])  \(name)\n") {
            problems.append("SHA256SUMS lacks \(name)")
        }
        for (kind, hash) in zip(Self.kinds, Hashes.of(bytes)) {
            if !manifest.holds("\"\(kind)\": \"\(hash)\"") {
                problems.append("manifest.json lacks the \(kind) of \(name)")
            }
            if !text(folder + ["\(wiki)-\(folder[2])-\(kind)sums.txt"]).holds("\(hash)  \(name)\n") {
                problems.append("the list of \(kind) lacks \(name)")
            }
            if !status.holds("\"\(kind)\": \"\(hash)\"") {
                problems.append("dumpstatus.json lacks the \(kind) of \(name)")
            }
        }
        return problems
    }

    /// What is wrong with `latest` once a run is complete: a link is missing, leads nowhere, or to an older run.
    private func latestProblems(notBefore date: String) -> [String] {
        let folder = ["public", wiki, "latest"]
        let names = SimulatedJob.files.flatMap(\.names) + Self.kinds.map { "\($0)sums.txt" }
        return names.compactMap { name in
            let link = "\(wiki)-latest-\(name)"
            guard let number = number(folder + [link]), let target = image[number]?.target else {
                return "latest lacks \(name)"
            }
            let parts = target.split(separator: "/").map(String.init)
            guard parts.count == 3, bytes(["public", wiki, parts[1], parts[2]]) != nil else {
                return "latest leads nowhere: \(target)"
            }
            return parts[1] < date ? "latest leads to an older run: \(target)" : nil
        }
    }

    /// What is wrong with the links of `latest` at any time. A set of links is there as a whole, and each of the dump files.
    var linkProblems: [String] {
        let folder = ["public", wiki, "latest"]
        guard number(folder) != nil else { return [] }
        var dates: Set<String> = []
        for name in SimulatedJob.files.flatMap(\.names) {
            guard let number = number(folder + ["\(wiki)-latest-\(name)"]), let target = image[number]?.target else {
                return ["\(wiki): latest lacks \(name)"]
            }
            let parts = target.split(separator: "/").map(String.init)
            guard parts.count == 3, bytes(["public", wiki, parts[1], parts[2]]) != nil else {
                return ["\(wiki): latest leads nowhere: \(target)"]
            }
            dates.insert(parts[1])
        }
        return dates.count > 1 ? ["\(wiki): latest mixes runs: \(dates.sorted())"] : []
    }

    /// What is left of processes that are gone, at any depth.
    var leftovers: [String] {
        var found: [String] = []
        func look(_ path: [String]) {
            guard let folder = number(path).flatMap({ image[$0] }), folder.kind == .folder else { return }
            for name in folder.entries.keys.sorted() {
                if Self.leftoverBeginnings.contains(where: name.hasPrefix)
                    || Self.leftoverEndings.contains(where: name.hasSuffix)
                {
                    found.append("\((path + [name]).joined(separator: "/")) is left")
                } else {
                    look(path + [name])
                }
            }
        }
        for tree in ["public", "private"] { look([tree, wiki]) }
        return found
    }

    private static let leftoverBeginnings = [".work-", ".dead-", "lock_", ".lock_", ".broken_", ".time.", ".fence~"]
    private static let leftoverEndings = [".tmp", ".inprog"]

    /// What `index.json` claims that the disk does not hold. Runs that were removed since do not count.
    var indexProblems: [String] {
        let index = text(["public", "index.json"])
        var problems: [String] = []
        for date in dates {
            for name in SimulatedJob.files.flatMap(\.names).map({ "\(wiki)-\(date)-" + $0 }) {
                guard let place = index.end(of: "\"\(name)\": {\"size\": ") else { continue }
                let claim = String(decoding: index[place...].prefix(40), as: UTF8.self)
                let size = claim.prefix { $0.isNumber }
                guard claim.dropFirst(size.count).hasPrefix(", \"url\"") else { continue }
                if bytes(["public", wiki, date, name])?.count != Int(size) {
                    problems.append("index.json claims \(name) with \(size) bytes")
                }
            }
        }
        return problems
    }
}

extension [UInt8] {
    /// Whether a text is in these bytes.
    fileprivate func holds(_ text: String) -> Bool { end(of: text) != nil }

    /// Where a text ends that is in these bytes.
    fileprivate func end(of text: String) -> Int? {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, wanted.count <= count else { return nil }
        for start in 0...(count - wanted.count) where self[start] == first {
            if self[start..<start + wanted.count].elementsEqual(wanted) { return start + wanted.count }
        }
        return nil
    }
}

/// The hashes of small files.
private enum Hashes {
    /// MD5, SHA-1 and SHA-256.
    static func of(_ bytes: [UInt8]) -> [String] {
        func text(_ digest: some Sequence<UInt8>) -> String {
            digest.map { byte in
                let digits = String(byte, radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
        }
        return [
            text(Insecure.MD5.hash(data: bytes)), text(Insecure.SHA1.hash(data: bytes)), text(SHA256.hash(data: bytes)),
        ]
    }
}
