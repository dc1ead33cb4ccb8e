import Foundation
import ShotlistCore

/// An upload in parts that was begun and not finished. Its parts take room, and no listing of objects shows them.
package struct S3Upload: Sendable, Hashable {
    /// Where its object would be.
    package let location: S3Location
    /// What the server calls it.
    package let id: String
}

/// What uploads that broke off have left behind.
extension S3Bucket {
    /// Pages of a list of uploads that are asked for, of a thousand each.
    private static let mostPages = 100

    /// The uploads below a place that were begun and not finished, up to a hundred thousand.
    ///
    /// - Throws: ``ShotlistError``, as for other calls: some servers know no such list (`storage_refused`).
    package func uploads(below place: S3Location) async throws -> [S3Upload] {
        var uploads: [S3Upload] = []
        var next: S3UploadPage.Marker?
        for _ in 0..<Self.mostPages {
            var request = S3Request("GET", path: "/")
            // Keys as they are: a server may say that it has encoded them, and not do it.
            request.query = [("uploads", ""), ("prefix", place.prefix)]
            if let next { request.query += [("key-marker", next.key), ("upload-id-marker", next.id)] }
            let page = try await transport.ask(request, about: place) { answer in
                guard let root = XMLElements.root(of: try await answer.data()), let page = S3UploadPage(root, of: place)
                else {
                    throw S3PassingFault(reason: "its list of uploads is none")
                }
                return page
            }
            uploads += page.uploads
            // One that names the same page again has said all that it will.
            guard let marker = page.next, marker != next else { break }
            next = marker
        }
        return uploads
    }

    /// Removes the parts of all uploads below a place that were not finished. For a place that nobody else writes to.
    ///
    /// - Returns: how many uploads there were.
    /// - Throws: ``ShotlistError``, as for other calls: some servers know no such list (`storage_refused`).
    @discardableResult
    package func removeUploads(below place: S3Location) async throws -> Int {
        let uploads = try await uploads(below: place)
        for upload in uploads {
            do {
                try await abort(upload.id, upload.location)
            } catch let error as ShotlistError where error.code == .unreadable {
                // It ended by itself.
            }
        }
        return uploads.count
    }

    func abort(_ upload: String, _ location: S3Location) async throws {
        var request = S3Request("DELETE", path: Self.path(location))
        request.query = [("uploadId", upload)]
        try await transport.ask(request, about: location) { answer in _ = try await answer.data() }
    }
}

/// A page of a list of uploads.
struct S3UploadPage: Sendable {
    /// What the next page begins after.
    struct Marker: Sendable, Hashable {
        let key: String
        let id: String
    }

    let uploads: [S3Upload]
    /// Nil on the last page.
    let next: Marker?

    /// Reads a page; nil for what is none.
    init?(_ root: XMLElements.Element, of place: S3Location) {
        guard root.name == "ListMultipartUploadsResult" else { return nil }
        var uploads: [S3Upload] = []
        var last: Marker?
        for entry in root.all("Upload") {
            guard let key = entry["Key"], let id = entry["UploadId"], !id.isEmpty else { return nil }
            last = Marker(key: key, id: id)
            // Not every server knows the prefix.
            guard key.utf8.starts(with: place.prefix.utf8) else { continue }
            uploads.append(S3Upload(location: S3Location(bucket: place.bucket, key: key), id: id))
        }
        self.uploads = uploads
        // Where it is not said what the next page begins after, that is the last that was told.
        next =
            root["IsTruncated"] != "true"
            ? nil : last.map { Marker(key: root["NextKeyMarker"] ?? $0.key, id: root["NextUploadIdMarker"] ?? $0.id) }
    }
}
