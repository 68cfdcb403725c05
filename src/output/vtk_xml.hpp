// Private to this room: data sets of VTK as the text of an XML file, and what stands beside the
// data.
#pragma once

#include <map>
#include <string>
#include <vector>

class vtkDataObject;
class vtkXMLWriter;

namespace escapade {

/// The XML text of a data set: binary (base64), compressed by LZ4, little-endian. Throws
/// CannotWrite with the name of the file that it is for.
std::string xml_of(vtkXMLWriter& writer, vtkDataObject* data, const std::string& file_name);

// Arrays of the field data.
void add_strings(vtkDataObject* to, const std::string& name,
                 const std::vector<std::string>& values);
void add_numbers(vtkDataObject* to, const std::string& name, const std::vector<double>& values);
/// A string for each entry.
void add_provenance(vtkDataObject* to, const std::map<std::string, std::string>& provenance);

} // namespace escapade
