import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The pages between which a missing page would be.
struct PageGap {
    var after: Int64?
    var before: Int64?

    /// Takes into account what another part of the dump says.
    mutating func narrow(_ other: PageGap) {
        after = [after, other.after].compactMap { $0 }.max()
        before = [before, other.before].compactMap { $0 }.min()
    }

    /// The end of the message that a page is not there.
    var description: String {
        switch (after, before) {
        case (let after?, let before?): "; it would be between pages \(after) and \(before)"
        case (let after?, nil): "; it would be after page \(after), the last one"
        case (nil, let before?): "; it would be before page \(before), the first one"
        case (nil, nil): ""
        }
    }
}

struct FoundPage {
    enum Place {
        case indexed(IndexedPage)
        case located(PageLocation)
    }

    var file: FilePath
    var place: Place
    var revision: Int64?

    var page: DumpPage {
        switch place {
        case .indexed(let page): page.page
        case .located(let location): location.page
        }
    }

    var blockOffset: Int64 {
        switch place {
        case .indexed(let page): page.blockOffset
        case .located(let location): location.blockOffset
        }
    }

    var uncompressedOffset: Int64? {
        if case .indexed(let page) = place { page.uncompressedOffset } else { nil }
    }
}

/// Looks for pages in one dump, with its index if it has one that fits.
struct PageFinder {
    enum Outcome {
        /// All pages that are meant, in the order of the dump: a dump may have a page in pieces.
        case found([FoundPage])
        case absent(PageGap)
    }

    private let path: FilePath
    private let dump: IndexedDump?
    /// Whether the search may go on without an index, because none was named.
    private let mayDoWithoutIndex: Bool
    private let locator: PageLocator

    /// - Parameter index: An index that must fit; nil for the one beside the dump, which is ignored if it does not fit.
    /// - Throws: ``BzError`` if the dump cannot be opened, or the index that was named does not fit.
    init(_ path: FilePath, index: FilePath?) throws(BzError) {
        self.path = path
        locator = try PageLocator(path)
        mayDoWithoutIndex = index == nil
        if let index {
            dump = try IndexedDump(path, index: index)
            return
        }
        do throws(BzError) {
            dump = try IndexedDump(path)
        } catch {
            dump = nil
            if !error.isAboutMissingFile { printError("\(error.description); going on without it") }
        }
    }

    func find(_ target: PageTarget, proof: AbsenceProof) async throws(BzError) -> Outcome {
        if let dump {
            do throws(BzError) { return try await find(target, in: dump) } catch {
                guard mayDoWithoutIndex, error.file == dump.index.path else { throw error }
                printError("\(error.description); going on without it")
            }
        }
        let tasks = Processors.count
        if let id = target.id { return try await pieces(of: id, proof: proof) }
        if let title = target.title, let answer = try await inMultistreamTitles(title, proof: proof) { return answer }
        printError(
            "\(path.shown): reading the dump from its start; with an index (dumpctl index) the answer is there at once")
        if let title = target.title {
            if let location = try await locator.locate(title: title, taskCount: tasks) {
                return try await pieces(of: location.id, proof: proof)
            }
        } else if let found = try await locator.locate(revision: target.revision ?? 0, taskCount: tasks) {
            return .found([FoundPage(file: path, place: .located(found.page), revision: found.id)])
        }
        try locator.checkEnd()
        return .absent(PageGap())
    }

    /// Looks a title up in the list of pages that lies beside a multistream, and then in the dump.
    /// - Returns: nil if there is no such list, or if it is that of another dump.
    private func inMultistreamTitles(_ title: String, proof: AbsenceProof) async throws(BzError) -> Outcome? {
        guard let list = MultistreamTitles.usualPath(of: path), FileKind(of: list) == .regular else { return nil }
        let entry = try await MultistreamTitles(list).entry(title: title, taskCount: Processors.count)
        guard try await locator.locateLast(taskCount: Processors.count)?.id == entry.lastID else {
            printError("\(list.shown) is the list of another dump; going on without it")
            return nil
        }
        var pages: [FoundPage] = []
        for id in entry.ids {
            guard case .found(let found) = try await pieces(of: id, proof: proof) else { return nil }
            pages += found
        }
        return pages.isEmpty ? .absent(PageGap()) : .found(pages)
    }

    private func pieces(of id: Int64, proof: AbsenceProof) async throws(BzError) -> Outcome {
        let pieces = try await locator.pieces(of: id, taskCount: Processors.count, proof: proof) {
            printError(
                "\(path.shown): its pages are not in the order of their ids, so the whole dump is read; with an index (dumpctl "
                    + "index) the answer is there at once")
        }
        switch pieces {
        case .found(let places): return .found(places.map { FoundPage(file: path, place: .located($0)) })
        case .absent(let after, let before): return .absent(PageGap(after: after?.id, before: before?.id))
        }
    }

    private func find(_ target: PageTarget, in dump: IndexedDump) async throws(BzError) -> Outcome {
        func found(_ pages: [IndexedPage]) -> Outcome {
            .found(pages.map { FoundPage(file: path, place: .indexed($0)) })
        }
        if let id = target.id {
            let pages = try dump.pages(id: id)
            if !pages.isEmpty { return found(pages) }
            guard dump.index.hasRisingIDs else { return .absent(PageGap()) }
            let (after, before) = try dump.index.neighbours(of: id)
            return .absent(PageGap(after: after, before: before))
        }
        if let title = target.title {
            return try dump.page(title: title).map { page throws(BzError) in found(try dump.pages(id: page.id)) }
                ?? .absent(PageGap())
        }
        let revision = try await dump.revision(id: target.revision ?? 0, taskCount: Processors.count)
        return revision.map { .found([FoundPage(file: path, place: .indexed($0.page), revision: $0.id)]) }
            ?? .absent(PageGap())
    }

    /// Where pages of a range of ids can be.
    enum Start {
        /// From this block on, up to the first page behind the range. The ids rise.
        case block(Int64)
        /// Nowhere.
        case none
        /// Anywhere, since the ids do not rise.
        case anywhere
    }

    /// Where to begin to read for the first page whose id is at least this one.
    func start(of id: Int64) async throws(BzError) -> Start {
        if let dump {
            guard dump.index.hasRisingIDs else { return .anywhere }
            if let page = try dump.page(id: id) { return .block(page.blockOffset) }
            guard let next = try dump.index.neighbours(of: id).before, let page = try dump.page(id: next) else {
                return .none
            }
            return .block(page.blockOffset)
        }
        guard case .rising = try await locator.order(taskCount: Processors.count) else { return .anywhere }
        do throws(BzError) {
            switch try await locator.locate(id: id, taskCount: Processors.count) {
            case .found(let page): return .block(page.blockOffset)
            case .absent(_, let next?): return .block(next.blockOffset)
            case .absent(_, nil):
                try locator.checkEnd()
                return .none
            }
        } catch {
            guard error.code == .unordered else { throw error }
            return .anywhere
        }
    }

    /// Passes on the XML of a page, piece by piece.
    func read(_ page: FoundPage, _ body: (ArraySlice<UInt8>) throws(BzError) -> Void) throws(BzError) {
        switch page.place {
        case .indexed(let page): try dump?.read(page, body)
        case .located(let location): try locator.read(location, body)
        }
    }
}

extension FoundPage {
    /// What is printed about it.
    func line(json: Bool) -> [UInt8] {
        guard !json else {
            let object: JSONObject = [
                "found": true, "pageId": page.id, "revisionId": revision, "namespace": page.namespace,
                "title": page.plainTitle, "file": file.shown, "blockBitOffset": blockOffset,
                "offsetInBlock": page.offset, "uncompressedOffset": uncompressedOffset,
            ]
            return Array(JSONOutput.line(object).utf8)
        }
        var line = "page_id:\(page.id)"
        if let revision { line += " rev_id:\(revision)" }
        if let namespace = page.namespace { line += " ns:\(namespace)" }
        line += " block:\(blockOffset) offset:\(page.offset)"
        if let uncompressedOffset { line += " uncompressed:\(uncompressedOffset)" }
        return Array("\(line) file:\(file.shown.printable) title:\(page.plainTitle.printable)\n".utf8)
    }
}

extension RevisionSummary {
    /// What is printed about it.
    func line(json: Bool) -> [UInt8] {
        guard !json else {
            let object: JSONObject = [
                "revisionId": id, "parentId": parentID, "timestamp": timestamp, "contributor": contributor,
                "contributorId": contributorID, "minor": isMinor, "bytes": byteCount,
                "allBytes": totalByteCount,
            ]
            return Array(JSONOutput.line(object).utf8)
        }
        let size = byteCount.map { String($0) } ?? "-"
        return Array("\(id)\t\(timestamp)\t\((contributor ?? "-").printable)\t\(size)\t\(isMinor ? "m" : "-")\n".utf8)
    }
}
