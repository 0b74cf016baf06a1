public import MWBzUtils

/// A server that publishes dumps: Wikimedia's, a mirror of it, or a farm of ours.
///
/// Nothing that a server says is trusted: names must be names, and hashes have the form of hashes.
public struct DumpMirror: Sendable, Hashable {
    /// The address of the tree: below it are the folders of the wikis.
    public let address: WebAddress
    private let settings: WebSettings

    /// Wikimedia's own server.
    public static let wikimedia = WebAddress("https://dumps.wikimedia.org/").map { DumpMirror($0) }

    /// Names a mirror.
    public init(_ address: WebAddress, settings: WebSettings = .standard) {
        (self.address, self.settings) = (address.asFolder, settings)
    }

    /// The dates of the runs of a wiki, the newest first, whatever their state.
    /// - Throws: ``DumpError`` with code `source` that names the address.
    public func dates(of wiki: WikiName, _ dataset: DumpDataset) async throws(DumpError) -> [String] {
        let folder = address.appending(dataset.folder(of: wiki)).asFolder
        let settings = settings
        let names: [String]
        do throws(WebFailure) {
            names = try await waitingAside { () throws(WebFailure) in try WebListing(folder, settings: settings).names }
        } catch {
            throw Self.error(
                error, folder,
                missing: "there is no folder of \(wiki) with \(dataset), or the server does not list it; name a date")
        }
        return names.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }.filter(dataset.isDate).sorted(by: >)
    }

    /// A run.
    /// - Throws: ``DumpError`` with code `source` if the mirror does not have it, or says nothing that can be understood.
    public func run(
        of wiki: WikiName, _ dataset: DumpDataset, date: String
    ) async throws(DumpError) -> MirroredRun {
        guard dataset.isDate(date) else {
            throw DumpError(
                .usage, "\(date) is not the date of a run of \(dataset)",
                remedy: dataset == .dumps ? "write it like 20261101" : "write it like 2026-11-01")
        }
        let folder = address.appending(dataset.folder(of: wiki, date)).asFolder
        guard dataset != .dumps else { return try await classicRun(wiki, date, at: folder) }
        guard let sums = try await document(folder.appending("SHA256SUMS")) else {
            return MirroredRun(
                wiki, dataset, date, at: folder, lack: "SHA256SUMS, which is written last, is not there", files: [],
                list: ("SHA256SUMS", []))
        }
        let hashes = ChecksumFiles.parse(String(decoding: sums, as: UTF8.self), kind: .sha256)
        let files = hashes.compactMap { name, digits in
            FileDigest(.sha256, digits).map { (name, nil as Int64?, $0) }
        }
        return MirroredRun(
            wiki, dataset, date, at: folder, lack: files.isEmpty ? "SHA256SUMS names no file" : nil, files: files,
            list: ("SHA256SUMS", sums))
    }

    /// The newest run that is complete; nil if there is none.
    /// - Parameters:
    ///   - day: Only runs after this day, as eight digits.
    ///   - told: Is told of newer runs that are not complete.
    public func newest(
        of wiki: WikiName, _ dataset: DumpDataset, after day: String? = nil, _ told: (MirroredRun) -> Void = { _ in }
    ) async throws(DumpError) -> MirroredRun? {
        for date in try await dates(of: wiki, dataset) {
            if let day, date.filter(\.isNumber) <= day { return nil }
            let run = try await run(of: wiki, dataset, date: date)
            if run.lack == nil { return run }
            told(run)
        }
        return nil
    }

    private func classicRun(
        _ wiki: WikiName, _ date: String, at folder: WebAddress
    ) async throws(DumpError) -> MirroredRun {
        let name = DumpStatusFile.fileName
        guard let bytes = try await document(folder.appending(name)) else {
            return MirroredRun(
                wiki, .dumps, date, at: folder, lack: "\(name), which lists its files, is not there", files: [],
                list: (name, []))
        }
        guard let value = try? JSONValue(parsing: bytes), let jobs = value["jobs"]?.members else {
            throw DumpError(
                .source, "\(folder.appending(name)) cannot be understood", remedy: "ask another mirror with --from")
        }
        var files: [(name: String, size: Int64?, digest: FileDigest)] = []
        var undone: [String] = []
        for job in jobs {
            let status = job.value["status"]?.string
            guard status == "done" else {
                if status != "skipped" { undone.append("\(job.key) is \(status ?? "unknown")") }
                continue
            }
            for file in job.value["files"]?.members ?? [] {
                let digest = FileDigest.Kind.allCases.lazy.compactMap { kind in
                    file.value[kind.rawValue]?.string.flatMap { FileDigest(kind, $0) }
                }.first
                guard let digest, !files.contains(where: { $0.name == file.key }) else { continue }
                files.append((file.key, file.value["size"]?.integer, digest))
            }
        }
        let more = undone.count > 1 ? ", and \(undone.count - 1) more" : ""
        return MirroredRun(
            wiki, .dumps, date, at: folder,
            lack: undone.first.map { $0 + more } ?? (files.isEmpty ? "it lists no file" : nil), files: files,
            list: (name, bytes))
    }

    /// A small file; nil if it is not there.
    private func document(_ address: WebAddress) async throws(DumpError) -> [UInt8]? {
        let settings = settings
        do throws(WebFailure) {
            return try await waitingAside { () throws(WebFailure) in
                try WebDocument(address, limit: 64 << 20, settings: settings).bytes
            }
        } catch {
            if error.kind == .missing { return nil }
            throw Self.error(error, address)
        }
    }

    static func error(_ failure: WebFailure, _ address: WebAddress, missing: String? = nil) -> DumpError {
        switch failure.kind {
        case .cancelled: return DumpError(.cancelled, "stopped on request")
        case .missing where missing != nil:
            return DumpError(.source, "\(address): \(failure.message)", remedy: missing ?? "")
        default: return DumpError(.source, "\(address): \(failure.message)", remedy: failure.remedy)
        }
    }
}
