import MWBzUtils
import SystemPackage

// Who may do what is not simulated: every process may do everything, as `root` may.
extension DiskState {
    /// Makes a call for a process, as Linux does.
    mutating func perform(_ call: FileCall, by process: Int, at time: FileTime) throws(Errno) -> FileAnswer {
        let caller = try caller(process)
        let base = caller.folder
        var answer = FileAnswer()
        switch call {
        case .open(let path, let opening): answer.file = try open(path, opening, process, caller, time)
        case .openUnnamed(let folder, let permissions):
            answer.file = try openUnnamed(in: folder, permissions, process, caller, time)
        case .status(let path, let followsLink):
            answer.status = current.status(of: try current.number(of: path, from: base, followsLink: followsLink))
        case .mayExecute(let path):
            let inode = current[try current.number(of: path, from: base, followsLink: true)]
            answer.isAllowed = inode.map { $0.kind == .folder || $0.permissions & 0o111 != 0 } ?? false
        case .names(let path):
            let folder = current[try current.number(of: path, from: base, followsLink: true)]
            guard let folder, folder.kind == .folder else { throw .notDirectory }
            answer.names = folder.entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        case .target(let path):
            let link = current[try current.number(of: path, from: base, followsLink: false)]
            guard let link, link.kind == .link else { throw .invalidArgument }
            answer.target = link.target
        case .rename(let path, let other): try rename(path, other, from: base, exchanges: false, time)
        case .exchange(let path, let other): try rename(path, other, from: base, exchanges: true, time)
        case .link(let path, let other):
            try link(try current.number(of: path, from: base, followsLink: false), as: other, from: base, time)
        case .makeSymbolicLink(let path, let target): try makeLink(path, to: target, caller, time)
        case .unlink(let path): try unlink(path, from: base, time)
        case .makeFolder(let path, let permissions): try makeFolder(path, permissions, caller, time)
        case .removeFolder(let path): try removeFolder(path, from: base, time)
        case .setPermissions(let path, let permissions):
            let number = try current.number(of: path, from: base, followsLink: true)
            change(number, .permissions(permissions & 0o7777), at: time)
        case .setTime(let path, let seconds):
            let number = try current.number(of: path, from: base, followsLink: true)
            change(number, .time, at: FileTime(seconds: seconds))
        case .touch(let path):
            change(try current.number(of: path, from: base, followsLink: true), .time, at: time)
        case .synchronizeAll(let path):
            _ = try current.number(of: path, from: base, followsLink: true)
            settle()
        case .enter(let path):
            let number = try current.number(of: path, from: base, followsLink: true)
            guard current[number]?.kind == .folder else { throw .notDirectory }
            enter(number, process)
        case .file(let file, let call): answer = try perform(call, on: file, process, base, time)
        }
        return answer
    }
}

// MARK: - New files

extension DiskState {
    private mutating func open(
        _ path: FilePath, _ opening: FileOpening, _ process: Int, _ caller: Process, _ time: FileTime
    ) throws(Errno) -> Int {
        let permissions: UInt16
        switch opening {
        case .read, .readAnywhere:
            let number = try current.number(of: path, from: caller.folder, followsLink: true)
            return open(number, process, reads: true, writes: false)
        case .create(let bits), .append(let bits), .createNew(let bits): permissions = bits
        }
        let place = try current.place(of: path, from: caller.folder)
        var (isNew, appends) = (false, false)
        switch opening {
        case .createNew: isNew = true
        case .append: appends = true
        default: break
        }
        guard let number = try current.number(at: place) else {
            let name = try freeName(place)
            let bits = permissions & 0o7777 & ~caller.traits.mask
            let number = make(inode(.regular, bits, in: place.folder, caller, time))
            change(place.folder, .entries([.init(name: name, number: number)]), at: time)
            return open(number, process, reads: !appends, writes: true, appends: appends)
        }
        guard !isNew else { throw .fileExists }
        switch current[number]?.kind {
        case .folder: throw .isDirectory
        case .link: throw .tooManySymbolicLinkLevels
        default: break
        }
        if !appends { change(number, .truncation, at: time) }
        return open(number, process, reads: !appends, writes: true, appends: appends)
    }

    private mutating func openUnnamed(
        in path: FilePath, _ permissions: UInt16, _ process: Int, _ caller: Process, _ time: FileTime
    ) throws(Errno) -> Int {
        // `SystemCalls` gives this one answer to everything that goes wrong.
        guard let folder = try? current.number(of: path, from: caller.folder, followsLink: true),
            let inode = current[folder], inode.kind == .folder, inode.nameCount > 0
        else { throw .notSupported }
        var file = self.inode(.regular, permissions & 0o7777 & ~caller.traits.mask, in: folder, caller, time)
        file.awaitsName = true
        return open(make(file), process, reads: true, writes: true)
    }

    private func inode(
        _ kind: FileStatus.Kind, _ permissions: UInt16, in folder: UInt64, _ caller: Process, _ time: FileTime
    ) -> DiskImage.Inode {
        var inode = DiskImage.Inode(
            kind: kind, permissions: permissions, user: caller.traits.user, group: caller.traits.group, time: time)
        // A folder with this bit hands its group on, and the bit to folders.
        if let parent = current[folder], parent.permissions & 0o2000 != 0 {
            inode.group = parent.group
            if kind == .folder { inode.permissions |= 0o2000 }
        }
        return inode
    }

    /// The name of a place where there is nothing, if something can be made there. In a folder that was removed nothing can.
    private func freeName(_ place: PathWalk.Place) throws(Errno) -> String {
        guard try current.number(at: place) == nil, case .name(let name) = place.name else { throw .fileExists }
        try checkThere(place.folder)
        return name
    }

    private func checkThere(_ folder: UInt64) throws(Errno) {
        guard let inode = current[folder], inode.nameCount > 0 else { throw .noSuchFileOrDirectory }
    }

    private mutating func makeFolder(
        _ path: FilePath, _ permissions: UInt16, _ caller: Process, _ time: FileTime
    ) throws(Errno) {
        let place = try current.place(of: path, from: caller.folder)
        let name = try freeName(place)
        let number = make(inode(.folder, permissions & 0o1777 & ~caller.traits.mask, in: place.folder, caller, time))
        change(place.folder, .entries([.init(name: name, number: number)]), at: time)
    }

    private mutating func makeLink(
        _ path: FilePath, to target: String, _ caller: Process, _ time: FileTime
    ) throws(Errno) {
        guard !target.isEmpty else { throw .noSuchFileOrDirectory }
        guard target.utf8.count < 4096 else { throw .fileNameTooLong }
        let place = try current.place(of: path, from: caller.folder)
        let name = try freeName(place)
        var link = inode(.link, 0o777, in: place.folder, caller, time)
        link.target = target
        let number = make(link)
        change(place.folder, .entries([.init(name: name, number: number)]), at: time)
    }

    /// Gives a file one more name.
    mutating func link(_ number: UInt64, as path: FilePath, from base: UInt64, _ time: FileTime) throws(Errno) {
        let place = try current.place(of: path, from: base)
        let name = try freeName(place)
        guard let inode = current[number] else { throw .noSuchFileOrDirectory }
        guard inode.kind != .folder else { throw .notPermitted }
        // A file that lost its last name gets no other; one that never had a name can get one.
        guard inode.nameCount > 0 || inode.awaitsName else { throw .noSuchFileOrDirectory }
        change(place.folder, .entries([.init(name: name, number: number)]), at: time)
    }
}

// MARK: - Names that change or go

extension DiskState {
    private mutating func unlink(_ path: FilePath, from base: UInt64, _ time: FileTime) throws(Errno) {
        let place = try current.place(of: path, from: base)
        guard case .name(let name) = place.name else { throw .isDirectory }
        guard let number = try current.number(at: place) else { throw .noSuchFileOrDirectory }
        guard current[number]?.kind != .folder else { throw .isDirectory }
        change(place.folder, .entries([.init(name: name, number: nil)]), at: time)
    }

    private mutating func removeFolder(_ path: FilePath, from base: UInt64, _ time: FileTime) throws(Errno) {
        let place = try current.place(of: path, from: base)
        let name: String
        switch place.name {
        case .name(let part): name = part
        case .current: throw .invalidArgument
        case .above: throw .directoryNotEmpty
        case .root: throw .resourceBusy
        }
        guard let number = try current.number(at: place) else { throw .noSuchFileOrDirectory }
        guard let folder = current[number], folder.kind == .folder else { throw .notDirectory }
        guard folder.entries.isEmpty else { throw .directoryNotEmpty }
        change(place.folder, .entries([.init(name: name, number: nil)]), at: time)
    }

    /// Gives something another name. The checks come in the order of Linux, so that the same one fails.
    private mutating func rename(
        _ path: FilePath, _ other: FilePath, from base: UInt64, exchanges: Bool, _ time: FileTime
    ) throws(Errno) {
        let old = try current.place(of: path, from: base)
        let new = try current.place(of: other, from: base)
        guard case .name(let oldName) = old.name, case .name(let newName) = new.name else { throw .resourceBusy }
        guard let number = try current.number(at: old) else { throw .noSuchFileOrDirectory }
        let victim = try current.number(at: new)
        if exchanges, victim == nil { throw .noSuchFileOrDirectory }
        let isFolder = current[number]?.kind == .folder
        if isFolder, current.holds(number, new.folder) { throw .invalidArgument }
        if let victim, current.holds(victim, old.folder) { throw exchanges ? .invalidArgument : .directoryNotEmpty }
        if victim == number { return }
        try checkThere(new.folder)
        if !exchanges, let victim, let inode = current[victim] {
            switch (isFolder, inode.kind == .folder) {
            case (true, false): throw .notDirectory
            case (false, true): throw .isDirectory
            default: guard inode.entries.isEmpty else { throw .directoryNotEmpty }
            }
        }
        let left = DiskChange.Entry(name: oldName, number: exchanges ? victim : nil)
        let taken = DiskChange.Entry(name: newName, number: number)
        if old.folder == new.folder {
            change(old.folder, .entries([left, taken]), at: time)
        } else {
            change(new.folder, .entries([taken]), at: time)
            change(old.folder, .entries([left]), at: time)
        }
    }
}
