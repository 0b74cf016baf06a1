import MWBzUtils
import SystemPackage

/// The way along a path, by the rules of Linux (path_resolution(7)).
struct PathWalk {
    /// Where a path ends: a folder, and a name that need not be in it.
    struct Place {
        /// The last part of a path.
        enum Name {
            case name(String)
            /// `.`
            case current
            /// `..`
            case above
            /// `/`
            case root
        }

        /// The folder in which the name is looked up. For all but a name it is what the path means.
        let folder: UInt64
        let name: Name
    }

    private let image: DiskImage
    private var folder: UInt64
    /// The parts that are still ahead, the next one last.
    private var rest: [String] = []
    private var last = Place.Name.root
    private var linkCount = 0

    /// Stands at the beginning of a path.
    init(_ path: FilePath, from folder: UInt64, in image: DiskImage) throws(Errno) {
        let path = path.string
        guard !path.isEmpty else { throw .noSuchFileOrDirectory }
        guard path.utf8.count < 4096 else { throw .fileNameTooLong }
        self.image = image
        self.folder = folder
        add(path)
    }

    private mutating func add(_ path: String) {
        if path.utf8.first == UInt8(ascii: "/") { (folder, last) = (DiskImage.root, .root) }
        rest += path.parts.reversed()
    }

    /// Goes to the folder of the last part.
    mutating func place() throws(Errno) -> Place {
        while let part = rest.popLast() {
            guard let inode = image[folder] else { throw .noSuchFileOrDirectory }
            guard inode.kind == .folder else { throw .notDirectory }
            switch part {
            case ".": last = .current
            case "..": (folder, last) = (inode.parent, .above)
            default:
                let place = Place(folder: folder, name: .name(part))
                if rest.isEmpty { return place }
                guard let number = try image.number(at: place) else { throw .noSuchFileOrDirectory }
                if !(try follow(number)) { folder = number }
            }
        }
        guard let inode = image[folder] else { throw .noSuchFileOrDirectory }
        guard inode.kind == .folder else { throw .notDirectory }
        return Place(folder: folder, name: last)
    }

    /// Goes on where a symbolic link points.
    /// - Returns: Whether it is one.
    mutating func follow(_ number: UInt64) throws(Errno) -> Bool {
        guard let link = image[number], link.kind == .link else { return false }
        linkCount += 1
        guard linkCount <= 40 else { throw .tooManySymbolicLinkLevels }
        add(link.target)
        return true
    }
}

extension FilePath {
    /// The names in the path.
    var parts: [String] { string.parts }
}

extension String {
    /// The names in a path. Made by hand, since a simulation spends much of its time here.
    fileprivate var parts: [String] {
        var text = self
        return text.withUTF8 { bytes in
            var parts: [String] = []
            var rest = unsafe bytes[...]
            while let end = unsafe rest.firstIndex(of: UInt8(ascii: "/")) ?? (rest.isEmpty ? nil : rest.endIndex) {
                let part = unsafe rest[..<end]
                if unsafe !part.isEmpty { parts.append(unsafe String(decoding: part, as: UTF8.self)) }
                unsafe rest = rest[min(end + 1, rest.endIndex)...]
            }
            return parts
        }
    }
}

extension DiskImage {
    /// The place where a path ends, whether there is something or not. A symbolic link there is not followed.
    func place(of path: FilePath, from folder: UInt64) throws(Errno) -> PathWalk.Place {
        var walk = try PathWalk(path, from: folder, in: self)
        return try walk.place()
    }

    /// What a path stands for. Throws `noSuchFileOrDirectory` if there is nothing.
    func number(of path: FilePath, from folder: UInt64, followsLink: Bool) throws(Errno) -> UInt64 {
        var walk = try PathWalk(path, from: folder, in: self)
        while true {
            let place = try walk.place()
            guard let number = try number(at: place) else { throw .noSuchFileOrDirectory }
            if !followsLink { return number }
            if !(try walk.follow(number)) { return number }
        }
    }

    /// What is at a place; nil for nothing.
    func number(at place: PathWalk.Place) throws(Errno) -> UInt64? {
        guard case .name(let name) = place.name else { return place.folder }
        guard name.utf8.count <= 255 else { throw .fileNameTooLong }
        return self[place.folder]?.entries[name]
    }

    /// Whether a folder holds another, at any depth, or is the same.
    func holds(_ folder: UInt64, _ other: UInt64) -> Bool {
        var other = other
        while other != folder {
            guard other != Self.root, let inode = self[other] else { return false }
            other = inode.parent
        }
        return true
    }
}
