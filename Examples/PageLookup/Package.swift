// swift-tools-version: 6.2
import PackageDescription

// A package of its own that uses the bz2 library, and nothing else of WikiDumpKit.
let package = Package(
    name: "page-lookup",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a package of yours, the address of the repository stands here.
        .package(name: "wikidumpkit", path: "../.."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .executableTarget(
            name: "PageLookup",
            dependencies: [
                .product(name: "MWBzUtils", package: "wikidumpkit"),
                .product(name: "SystemPackage", package: "swift-system"),
            ])
    ]
)
