import SystemPackage

/// All checksum lists in a folder: those of the run and those of single files.
struct ChecksumLists {
    private let fileSystem: FileSystem
    /// For each file its hashes: the kind, the value, and the list that contains it.
    private var known: [String: [(kind: HashKind, value: String, list: String)]] = [:]

    init(_ folder: DumpFolder) throws(DumpError) {
        fileSystem = folder.fileSystem
        for name in try fileSystem.list(folder.path) where name.hasSuffix(".txt") {
            guard
                let kind = HashKind.allCases.first(where: {
                    name.hasPrefix("\($0)sums-") || name.hasSuffix("-\($0)sums.txt")
                })
            else { continue }
            let text = try fileSystem.text(folder.path.appending(name)) ?? ""
            for (file, value) in ChecksumFiles.parse(text, kind: kind) {
                known[file, default: []].append((kind, value, name))
            }
        }
    }

    /// Hashes a file and compares, if a certificate or list has hashes of it.
    func check(
        _ file: String, _ certificate: FileCertificate?, _ verdict: inout FileVerdict
    ) throws(DumpError) {
        let said = known[file] ?? []
        guard certificate != nil || !said.isEmpty else {
            verdict.unchecked.append("its hashes, which are in no list")
            return
        }
        let hashes = try FileHashes(of: verdict.path, on: fileSystem)
        if let certificate {
            for kind in HashKind.allCases where kind.value(certificate.hashes) != kind.value(hashes) {
                verdict.add("its \(kind) is \(kind.value(hashes)), but its certificate says another")
            }
        }
        for (kind, value, list) in said where value != kind.value(hashes) {
            verdict.add("its \(kind) is \(kind.value(hashes)), but \(list) says another")
        }
    }
}
