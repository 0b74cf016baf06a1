@testable import WikiDumpKit

/// JSON, and the files that are written as JSON.
enum JSONChecks {
    static func values(_ data: [UInt8]) throws {
        guard let value = try? JSONValue(parsing: data) else { return }
        let written = value.bytes
        try require(written.allSatisfy { (0x20...0x7E).contains($0) }, "it is not written in one line of ASCII")
        try require(written.count <= 8 * data.count + 16, "it is written far too long")
        try require(try JSONValue(parsing: written).bytes == written, "another value, read again")
        // What has an end of its own is not complete before that.
        if let last = written.last, [UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\"")].contains(last) {
            try require((try? JSONValue(parsing: Array(written.dropLast()))) == nil, "a value without its end")
        }
    }

    static func certificates(_ data: [UInt8]) throws {
        guard let certificate = try? FileCertificate(parsing: data) else { return }
        let written = certificate.bytes
        let again = try FileCertificate(parsing: written)
        try require(again.bytes == written, "another certificate, read again")
        for disagreement in certificate.evidence.disagreements(unplacedPages: certificate.evidence.problems.strayTitles)
        {
            try require(!disagreement.description.isEmpty, "a disagreement without words")
        }
        _ = try? certificate.evidence.check("it")
        var sum = certificate.evidence.problems
        sum.add(again.evidence.problems)
        _ = (sum.damage, certificate.evidence.found + again.evidence.found)
        let file = FileRecord(
            name: "pages-articles.xml.bz2", size: certificate.size, isComplete: true, hashes: certificate.hashes,
            evidence: certificate.evidence)
        let other = FileRecord(name: "stub-articles.xml.gz", size: 1, isComplete: true, evidence: certificate.evidence)
        let run = try StatusChecks.run([
            JobRecord(name: "articlesdump", title: "", status: .done, files: [file, other])
        ])
        _ = (run.damage, run.lackingJobs, DumpStatusFile.json(run, farm: StatusChecks.farm))
        try TemplateChecks.checkPage(of: run)
    }

    static func batches(_ data: [UInt8]) throws {
        guard let list = BatchList(parsing: String(decoding: data, as: UTF8.self)) else { return }
        let written = list.bytes
        let again = BatchList(parsing: String(decoding: written, as: UTF8.self))
        try require(again?.bytes == written, "other batches, read again")
        for batch in list.batches {
            try require(batch.name.isPlainFileName, "a batch with an unsafe name")
            try require(list[batch.pages] != nil, "a batch is not found")
        }
        let ranges = list.batches.map(\.pages).sorted { $0.lowerBound < $1.lowerBound }
        try require(list.adapted(to: ranges, per: 2).batches.count <= 2 * ranges.count, "batches out of nothing")
    }
}
