import MWBzUtils
public import SystemPackage

/// Verifies dump files using only the files: the wiki they came from is not asked anything.
///
/// The size and hashes of each file are compared with its certificate and the checksum lists. Every block and member is
/// decoded. Pages, revisions, entries, lines, rows and bytes are counted again and compared with what the certificate says was
/// found and expected. Files of one run are compared with each other. Files without a certificate are checked as far as their
/// lists and their XML allow.
public struct DumpVerification: Sendable {
    /// How thoroughly to verify.
    public struct Options: Sendable {
        /// The share, from 0 to 1, of files of 4 MiB or more that is verified; nil for all. In a bzip2 file, randomly chosen
        /// blocks are verified until this share is reached. In other files, no block can be found without reading everything
        /// before it. So each of them is verified as a whole or not at all, and the share is the probability of that. A sample
        /// does not hash files, and does not count the contents of files that are not verified as a whole.
        public var sample: Double?
        /// The seed for the random choice.
        public var seed = UInt64.random(in: 0...UInt64(UInt32.max))
        /// The time after which to stop; nil for no limit.
        public var maximumDuration: Duration?
        /// How many blocks to decode at the same time.
        public var width = Processors.count
        /// Which texts of exports are compared with the size and the hash that stand beside them.
        public var texts = Texts.unlessCertified

        /// Which texts are compared.
        public enum Texts: Sendable, Hashable {
            /// None.
            case none
            /// All. What does not agree in a file that is as its certificate says is only noted: it came like that from the wiki.
            case unlessCertified
            /// All, and what does not agree is a problem of any file.
            case all
        }

        /// The programs that unpack 7z files, as paths or names to find in `PATH`. The first one that exists is used. If none
        /// exists, 7z files count as unreadable.
        public var sevenZipPrograms = ["7z", "7za", "7zr"]

        /// Creates options.
        public init() {}
    }

    /// Files smaller than this are always verified as a whole.
    private static let smallest: Int64 = 4 << 20
    private let folders: [FilePath]
    private let options: Options
    private let fileSystem: FileSystem

    /// - Parameters:
    ///   - folders: Folders of runs, or folders that contain such folders.
    ///   - options: How thoroughly to verify.
    ///   - fileSystem: The file system of the folders.
    public init(_ folders: [FilePath], options: Options = Options(), on fileSystem: FileSystem = .real) {
        self.folders = folders
        self.fileSystem = fileSystem
        self.options = options
    }

    /// Verifies all files.
    /// - Parameter body: Receives a verdict for each file, folder by folder.
    /// - Throws: ``DumpError`` with code `usage` or `fileSystem` if a folder has no dump files, `cancelled` if the task was
    ///   cancelled. Problems with a file are reported in its verdict, not thrown.
    public func run(_ body: (FileVerdict) -> Void) async throws(DumpError) -> VerificationReport {
        var report = VerificationReport(seed: options.seed)
        let deadline = options.maximumDuration.map { ContinuousClock.now + $0 }
        for root in folders {
            let found = try DumpFolder.all(below: root, on: fileSystem)
            if found.isEmpty {
                throw DumpError(.usage, "there is no dump file in \(root)", remedy: "name the folder of a run")
            }
            for folder in found {
                for verdict in try await verdicts(of: folder, until: deadline) {
                    report.add(verdict)
                    body(verdict)
                }
            }
        }
        return report
    }

    private func verdicts(
        of folder: DumpFolder, until deadline: ContinuousClock.Instant?
    ) async throws(DumpError) -> [FileVerdict] {
        var verdicts: [FileVerdict] = []
        var siblings = SiblingCheck()
        var shards = ShardCheck()
        let lists = try ChecksumLists(folder)
        for (number, entry) in folder.files.enumerated() {
            var verdict = FileVerdict(folder.path.appending(entry.name))
            var certificate: FileCertificate?
            do throws(DumpError) {
                certificate = try check(entry, folder, &verdict)
                if let deadline, ContinuousClock.now >= deadline {
                    if verdict.state == .agrees { verdict.state = .unfinished }
                    verdict.unchecked.append("there was no time for it")
                } else {
                    if options.sample == nil { try lists.check(entry.name, certificate, &verdict) }
                    try await decode(entry, certificate, &verdict, number: number, until: deadline)
                }
            } catch {
                if error.code == .cancelled { throw error }
                verdict.state = .unreadable
                verdict.problems.append(FileVerdict.Problem(error.description))
            }
            siblings.take(entry, verdict.found, snapshot: certificate?.evidence.snapshotTime)
            if let contents = verdict.found { shards.take(entry.name, contents, &verdict) }
            verdicts.append(verdict)
        }
        for (file, message) in siblings.problems() + shards.problems() {
            guard let index = verdicts.firstIndex(where: { $0.path.lastComponent?.string == file }) else { continue }
            verdicts[index].add(message)
        }
        for name in lists.missing {
            var verdict = FileVerdict(folder.path.appending(name))
            verdict.add("the file is missing, but \(ChecksumLists.total) names it")
            verdicts.append(verdict)
        }
        if !lists.isTotal, folder.files.contains(where: \.isShard) {
            var verdict = FileVerdict(folder.path.appending(ChecksumLists.total))
            verdict.add("the list, which is written last, is missing: the export is not complete")
            verdicts.append(verdict)
        }
        verdicts += try undone(in: folder)
        for name in folder.orphans {
            var verdict = FileVerdict(folder.path.appending(String(name.dropLast(FileCertificate.suffix.count))))
            verdict.hasCertificate = true
            verdict.add("the file is missing, but its certificate exists")
            verdicts.append(verdict)
        }
        return verdicts
    }

    /// The jobs that a run lists but has not done, so that their files are missing or withheld.
    private func undone(in folder: DumpFolder) throws(DumpError) -> [FileVerdict] {
        guard let text = try fileSystem.text(folder.path.appending(RunInfoFile.textName)) else { return [] }
        var verdict = FileVerdict(folder.path.appending(RunInfoFile.textName))
        // A job that waits may never have been asked for.
        for (job, entry) in RunInfoFile.lines(text).reversed() where entry.status == .failed {
            verdict.add("the job \(job) is \(entry.status.rawValue), so its files are missing or not all there")
        }
        return verdict.problems.isEmpty ? [] : [verdict]
    }

    /// Compares the easily visible properties of a file with its certificate.
    private func check(
        _ entry: DumpFolder.Entry, _ folder: DumpFolder, _ verdict: inout FileVerdict
    ) throws(DumpError) -> FileCertificate? {
        guard let status = try fileSystem.status(verdict.path), status.isFile else {
            throw DumpError(.fileSystem, "\(verdict.path) is not a file")
        }
        verdict.size = status.size
        let path = folder.path.appending(FileCertificate.name(of: entry.name))
        guard try fileSystem.status(path) != nil else { return nil }
        verdict.hasCertificate = true
        guard let certificate = try FileCertificate.read(of: entry.name, in: folder.path, SmallFiles(fileSystem)) else {
            verdict.add("its certificate cannot be understood")
            return nil
        }
        if certificate.file != entry.name { verdict.add("its certificate is for \(certificate.file)") }
        if certificate.size != status.size {
            verdict.add("has \(status.size) bytes, but its certificate says \(certificate.size)")
        }
        for fault in certificate.evidence.disagreements() {
            verdict.add("its certificate contradicts itself: \(fault)")
        }
        return certificate
    }

    private func decode(
        _ entry: DumpFolder.Entry, _ certificate: FileCertificate?, _ verdict: inout FileVerdict, number: Int,
        until deadline: ContinuousClock.Instant?
    ) async throws(DumpError) {
        do throws(BzError) {
            if let share = options.sample, verdict.size >= Self.smallest {
                var random = SplitMixGenerator(seed: options.seed &+ UInt64(number))
                if entry.parsed.compression == "bz2" {
                    return try await proveBlocks(share, &random, &verdict, until: deadline)
                }
                guard Double.random(in: 0..<1, using: &random) < share else {
                    return verdict.unchecked.append("its text, which the sample left out")
                }
            }
            if entry.parsed.compression != "7z" {
                return try await count(entry, certificate, &verdict, until: deadline)
            }
        } catch {
            switch error.code {
            case .cancelled: throw DumpError(.cancelled, "stopped on request")
            case .fileSystem, .library: throw DumpError(.fileSystem, "cannot read \(verdict.path)", cause: error)
            default: return verdict.add(error.message, at: error.byteOffset)
            }
        }
        try await countPacked(entry, certificate, &verdict, until: deadline)
    }

    /// Verifies a share of a bzip2 file by decoding whole blocks.
    private func proveBlocks(
        _ share: Double, _ random: inout SplitMixGenerator, _ verdict: inout FileVerdict,
        until deadline: ContinuousClock.Instant?
    ) async throws(BzError) {
        let sample = try BlockSample(verdict.path, on: fileSystem)
        let outcome = try await sample.prove(share, &random, width: options.width, until: deadline)
        verdict.provenBytes = outcome.provenBytes
        verdict.unchecked.append("all but the blocks that were chosen")
        for problem in outcome.problems { verdict.add(problem.message, at: problem.offset) }
        if outcome.isCutShort, verdict.state == .agrees { verdict.state = .unfinished }
    }

    /// Decodes a whole file and counts its contents.
    private func count(
        _ entry: DumpFolder.Entry, _ certificate: FileCertificate?, _ verdict: inout FileVerdict,
        until deadline: ContinuousClock.Instant?
    ) async throws(BzError) {
        var meter = ContentMeter(entry.parsed, isShard: entry.isShard)
        var isCutShort = false
        let isExport = entry.isShard || entry.parsed.type == "xml" && entry.parsed.base.hasPrefix("pages-")
        var texts =
            options.texts != .none && isExport && entry.parsed.base != "pages-logging" ? TextCheck() : nil
        let isCertified = certificate != nil && verdict.problems.isEmpty
        let dump = try DumpText(verdict.path, on: fileSystem.calls)
        let reading = try await dump.read(taskCount: options.width) { text throws(BzError) in
            meter.add(text)
            do throws(BzError) { try texts?.add(text) } catch {
                verdict.add(error.message)
                texts = nil
            }
            if let deadline, ContinuousClock.now >= deadline { isCutShort = true }
            return !isCutShort
        }
        if let offset = reading.trailingOffset { verdict.add("bytes that belong to no stream", at: offset) }
        if let texts { take(texts, isCertified: isCertified, &verdict) }
        conclude(isCutShort ? nil : meter, certificate, &verdict)
    }

    private func take(_ texts: TextCheck, isCertified: Bool, _ verdict: inout FileVerdict) {
        var words = texts.findings.map(\.description)
        let more = texts.findingCount - texts.findings.count
        if more > 0 { words.append("and \(more) more texts that do not agree") }
        if isCertified, options.texts == .unlessCertified {
            verdict.remarks += words
        } else {
            for word in words { verdict.add(word) }
        }
        if let lack = texts.lack { verdict.remarks.append(lack) }
    }

    /// Unpacks a whole 7z file and counts its contents.
    private func countPacked(
        _ entry: DumpFolder.Entry, _ certificate: FileCertificate?, _ verdict: inout FileVerdict,
        until deadline: ContinuousClock.Instant?
    ) async throws(DumpError) {
        let archive = SevenZipArchive(path: verdict.path, fileSystem: fileSystem, programs: options.sevenZipPrograms)
        if let fault = try archive.fault(size: verdict.size) {
            verdict.unchecked.append("the contents of the archive")
            return verdict.add(fault.message, at: fault.offset)
        }
        var meter = ContentMeter(entry.parsed, isShard: entry.isShard)
        let reading = try await archive.read { text in
            meter.add(text)
            return deadline.map { ContinuousClock.now < $0 } ?? true
        }
        switch reading {
        case .whole: conclude(meter, certificate, &verdict)
        case .stopped: conclude(nil, certificate, &verdict)
        case .damaged(let words): verdict.add(words)
        }
    }

    /// Evaluates what was counted in a file.
    /// - Parameter meter: The meter with the counts; nil if there was no time for the whole file.
    private func conclude(
        _ meter: ContentMeter?, _ certificate: FileCertificate?, _ verdict: inout FileVerdict
    ) {
        guard let meter else {
            if verdict.state == .agrees { verdict.state = .unfinished }
            verdict.unchecked.append("there was no time for all of it")
            return
        }
        verdict.provenBytes = verdict.size
        if let fault = meter.fault { verdict.add(fault) }
        if let fault = meter.endFault { verdict.add(fault) }
        verdict.found = meter.contents
        verdict.edges = meter.edges
        guard let certificate else { return }
        for difference in certificate.evidence.found.differences(from: meter.contents) {
            verdict.add("its certificate says \(difference)")
        }
    }
}

extension FileContents {
    /// How another count of the same file differs, in words.
    func differences(from counted: FileContents) -> [String] {
        var list: [String] = []
        func compare(_ what: String, _ said: Int64?, _ counted: Int64?) {
            guard let said, let counted, said != counted else { return }
            list.append("\(said) \(what), but the file has \(counted)")
        }
        func compareIDs(_ what: String, _ said: Numbered?, _ counted: Numbered?) {
            compare(what, said?.count, counted?.count)
            if said?.first != counted?.first {
                compare("as first id of \(what)", said?.first ?? 0, counted?.first ?? 0)
            }
            if said?.last != counted?.last { compare("as last id of \(what)", said?.last ?? 0, counted?.last ?? 0) }
        }
        if pages != nil, counted.pages != nil { compareIDs("pages", pages, counted.pages) }
        if revisions != nil, counted.revisions != nil { compareIDs("revisions", revisions, counted.revisions) }
        if logEntries != nil, counted.logEntries != nil { compareIDs("log entries", logEntries, counted.logEntries) }
        compare("lines", lines, counted.lines)
        compare("rows", rows, counted.rows)
        compare("bytes of text", textBytes, counted.textBytes)
        compare("bytes", bytes, counted.bytes)
        return list
    }
}
