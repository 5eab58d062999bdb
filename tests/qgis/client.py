"""QGIS without its window: does the jobs of a JSON file and writes what QGIS sees into another.

Usage: python3 client.py JOBS.json ANSWERS.json
"""

import json
import os
import sys
import tempfile
import urllib.request
from urllib.parse import quote

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# A profile of its own: nothing of the user's is read or changed.
home = tempfile.TemporaryDirectory()
os.environ["HOME"] = os.environ["XDG_RUNTIME_DIR"] = home.name

from qgis.core import (  # noqa: E402
    NULL,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapBoxGlStyleConverter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication, QSize, Qt, QVariant  # noqa: E402


def plain(value):
    """A value of a feature as JSON has it; lists and maps stay what they are."""
    if value is None or value == NULL or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value.toString(Qt.ISODate) if hasattr(value, "toString") else str(value)


def names(job):
    """Layers that the browser panel lists under a connection to the address."""
    settings = QgsSettings()
    settings.setValue("qgis/connections-wfs/here/url", job["url"])
    out = []
    for provider in QgsApplication.dataItemProviderRegistry().providers():
        if provider.name() != "WFS":
            continue
        for connection in provider.createDataItem("", None).createChildren():
            out += [{"name": c.name(), "uri": c.uri()} for c in connection.createChildren()]
    return out


def layer_of(job):
    layer = QgsVectorLayer(job["source"], "layer", job["provider"])
    if "subset" in job and not layer.setSubsetString(job["subset"]):
        raise ValueError("QGIS refuses the filter " + job["subset"])
    return layer


def features(job):
    layer = layer_of(job)
    request = QgsFeatureRequest()
    if "bbox" in job:
        request.setFilterRect(QgsRectangle(*job["bbox"])).setFlags(QgsFeatureRequest.ExactIntersect)
    if "expression" in job:
        request.setFilterExpression(job["expression"])
    fields = [f.name() for f in layer.fields()]
    found = []
    for f in layer.getFeatures(request):
        properties = {n: plain(v) for n, v in zip(fields, f.attributes())}
        geometry = json.loads(f.geometry().asJson(9)) if f.hasGeometry() else None
        found.append({"geometry": geometry, "properties": properties})
    return {
        "valid": layer.isValid(),
        "kind": QgsWkbTypes.displayString(layer.wkbType()),
        "crs": layer.crs().authid(),
        "count": layer.featureCount(),
        "fields": {f.name(): f.typeName() for f in layer.fields()},
        "features": found,
    }


def drawn(layer, extent, crs):
    """Colours of a picture of the layer with how many pixels have them."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(crs)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(600, 600))
    # Without soft edges a pixel has a colour of the style and no mixture.
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    out = {}
    for y in range(image.height()):
        for x in range(image.width()):
            name = image.pixelColor(x, y).name()
            out[name] = out.get(name, 0) + 1
    return out


def look(job):
    layer = layer_of(job)
    said = None
    if "style" in job:
        read = layer.loadSldStyle if job["style"].endswith(".sld") else layer.loadNamedStyle
        said = read(job["style"])[1]
    renderer = layer.renderer()
    rules = []
    if renderer.type() == "RuleRenderer":
        for r in renderer.rootRule().children():
            rules.append({"when": r.filterExpression(), "label": r.label(), "colour": r.symbol().color().name()})
    extent = layer.extent()
    extent.scale(1.05)
    return {"renderer": renderer.type(), "rules": rules, "said": said, "drawn": drawn(layer, extent, layer.crs())}


def tiles(job):
    uri = f"type=xyz&zmin=0&zmax=14&url={quote(job['url'], safe='')}"
    if "style" in job:
        uri += f"&styleUrl={quote(job['style'], safe='')}"
    layer = QgsVectorTileLayer(uri, "tiles")
    styled, error = False, ""
    if "style" in job:
        error, styled = layer.loadDefaultStyle()
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    extent = QgsCoordinateTransform(degrees, mercator, QgsProject.instance()).transformBoundingBox(
        QgsRectangle(*job["bbox"])
    )
    layers = sorted({s.layerName() for s in layer.renderer().styles()})
    return {
        "valid": layer.isValid(),
        "styled": styled,
        "error": error,
        "layers": layers,
        "drawn": drawn(layer, extent, mercator),
    }


def style(job):
    """What QGIS's reader of MapLibre styles cannot do with one."""
    with urllib.request.urlopen(job["url"]) as answer:
        text = answer.read().decode()
    converter = QgsMapBoxGlStyleConverter()
    result = converter.convert(text)
    return {"read": result == QgsMapBoxGlStyleConverter.Success, "warnings": converter.warnings()}


def main():
    QCoreApplication.setOrganizationName("cuntong")
    QCoreApplication.setApplicationName("cuntong-test")
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    with open(sys.argv[1], encoding="utf-8") as file:
        jobs = json.load(file)
    does = {"names": names, "features": features, "look": look, "tiles": tiles, "style": style}
    answers = [does[job["do"]](job) for job in jobs]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answers, file)
    # QGIS 3.22 may crash while it takes its providers down.
    home.cleanup()
    os._exit(0)


main()
